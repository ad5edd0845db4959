package tickets

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/app/words"
)

// Tag is a word that the desk keeps tickets together by. Two spellings that fold
// to the same slug are one tag, by the name that came first.
type Tag struct {
	Slug string // "salleinfo"
	Name string // "Salle info"
}

// Limits of tags. More is fault.Invalid, by field.
const (
	MaxTags = 20 // of one ticket
	MaxTag  = 40 // characters of one
)

// TagChange is which tags a ticket gets and loses, by name or by slug.
type TagChange struct{ Add, Remove []string }

// Slug is a name as tags are told apart: folded, in one word. It is empty for a
// name that holds no letter and no digit; of a slug it is the slug.
func Slug(name string) string { return cut(strings.Join(words.Sought(name), ""), MaxTag) }

// Tag gives a ticket tags and takes some away; staff only. It asks for no
// version: what two people add and take away goes together. Fields: tags.
func (d *Desk) Tag(ctx context.Context, id ID, c TagChange) (err error) {
	defer fault.Wrap(&err, "ticket %d: tag", id)
	_, err = d.change(ctx, id, func(ctx context.Context, w *turn) error {
		if err := w.begin(toClassify); err != nil {
			return err
		}
		return w.classify(ctx, Change{Tags: &c})
	})
	return err
}

// Tags lists the tags that there are, by name, at most limit; staff only.
func (d *Desk) Tags(ctx context.Context, limit int) (all []Tag, err error) {
	defer fault.Wrap(&err, "tickets: tags")
	if a := people.ActorOf(ctx); !a.System() && !a.Is(people.Technician) {
		return nil, fault.Denied
	}
	return d.store.tags(ctx, limit)
}

// TagsOf lists the tags of some tickets, each by name. Only staff read any.
func (d *Desk) TagsOf(ctx context.Context, ids ...ID) (all map[ID][]Tag, err error) {
	defer fault.Wrap(&err, "tickets: tags")
	if a := people.ActorOf(ctx); len(ids) == 0 || !a.System() && !a.Is(people.Technician) {
		return nil, nil
	}
	return d.store.tagsOf(ctx, ids)
}

// retagging is a change of tags under way.
type retagging struct {
	add, remove   []Tag
	before, after []Tag
}

func (r retagging) changed() bool { return len(r.add)+len(r.remove) > 0 }

// retagged says what becomes of the ticket's tags.
func (w *turn) retagged(ctx context.Context, f fault.Fields, c *TagChange) (r retagging, err error) {
	if c == nil || len(c.Add)+len(c.Remove) == 0 {
		return r, nil
	}
	all, err := w.desk.store.tagsOf(ctx, []ID{w.t.ID})
	if err != nil {
		return r, err
	}
	r.before = all[w.t.ID]
	r.after = slices.Clone(r.before)
	for _, name := range c.Remove {
		if i := slices.IndexFunc(r.after, func(t Tag) bool { return t.Slug == Slug(name) }); i >= 0 {
			r.remove, r.after = append(r.remove, r.after[i]), slices.Delete(r.after, i, i+1)
		}
	}
	for _, name := range c.Add {
		name = cleanLine(name)
		t := Tag{Slug: Slug(name), Name: name}
		switch {
		case name == "" || slices.ContainsFunc(r.after, func(o Tag) bool { return o.Slug == t.Slug }):
		case t.Slug == "":
			f.Add("tags", "facts.tag.empty", "Name", name)
		case utf8.RuneCountInString(name) > MaxTag:
			f.Add("tags", "tickets.field.long", "Max", MaxTag)
		default:
			r.add, r.after = append(r.add, t), append(r.after, t)
		}
	}
	if len(r.after) > MaxTags {
		f.Add("tags", "facts.tag.crowd", "Max", MaxTags)
	}
	return r, nil
}

// retag writes a change of tags, and says so.
func (w *turn) retag(ctx context.Context, r retagging) error {
	if !r.changed() {
		return nil
	}
	w.last().Event.Changes = map[string][2]string{"tags": {tagNames(r.before), tagNames(r.after)}}
	return w.desk.store.retag(ctx, w.t.ID, r.add, r.remove, w.at)
}

// tagNames are the names of tags in a line.
func tagNames(all []Tag) string {
	names := make([]string, 0, len(all))
	for _, t := range all {
		names = append(names, t.Name)
	}
	return strings.Join(names, ", ")
}
