package people

import (
	"context"
	"fmt"
	"slices"

	"amigo/app/audit"
	"amigo/app/fault"
)

// Pace is how often somebody wants to be written to.
type Pace string

// The paces. What each of them means for which letter is for those who write
// letters to say.
const (
	Every  Pace = "every"  // each message
	Digest Pace = "digest" // one letter a day about all of them
	Solved Pace = "solved" // the outcome, and what cannot do without the reader
)

// Paces lists them, the most talkative first.
var Paces = [...]Pace{Every, Digest, Solved}

// Valid says whether it is one of the three.
func (p Pace) Valid() bool { return slices.Contains(Paces[:], p) }

// Choices are what somebody wants to be written about.
type Choices struct {
	Pace  Pace
	Quiet bool // nothing outside of their own working hours
}

// usual is what everybody gets who has not chosen.
var usual = Choices{Pace: Every}

// Choices are those of a person; who has made none gets every message, at any
// hour. So does whoever is no member: guests and establishments' mailboxes have
// no page to choose on.
func (d *Directory) Choices(ctx context.Context, id ID) (Choices, error) {
	all, err := d.ChoicesMany(ctx, []ID{id})
	if err != nil {
		return Choices{}, err
	}
	return all[id], nil
}

// ChoicesMany are the choices of several people, by id, which may repeat.
func (d *Directory) ChoicesMany(ctx context.Context, ids []ID) (map[ID]Choices, error) {
	all := make(map[ID]Choices, len(ids))
	for _, id := range ids {
		all[id] = usual
	}
	if err := d.store.choices(ctx, slices.Compact(slices.Sorted(slices.Values(ids))), all); err != nil {
		return nil, fmt.Errorf("people: choices: %w", err)
	}
	return all, nil
}

// SetChoices says what a member wants to be written about, and in which language
// they read; changed is false where that is as it was. Only they themselves may.
// From then on the directory no longer says their language. Fields: pace, lang.
func (d *Directory) SetChoices(ctx context.Context, id ID, c Choices, lang string) (changed bool, err error) {
	defer fault.Wrap(&err, "people: choices of %d", id)
	if a := ActorOf(ctx); a.Person != id || a.Kind != Member || !a.Believed {
		return false, fault.Denied
	}
	wrong := fault.Fields{}
	if !c.Pace.Valid() {
		wrong.Add("pace", "people.choices.pace")
	}
	if lang != "fr" && lang != "en" {
		wrong.Add("lang", "people.choices.lang")
	}
	if err := wrong.Err(); err != nil {
		return false, err
	}
	err = d.db.Tx(ctx, func(ctx context.Context) error {
		if err := d.db.Lock(ctx, fmt.Sprintf("people.choices %d", id)); err != nil {
			return err
		}
		changed, err = d.choose(ctx, id, c, lang)
		return err
	})
	return changed, err
}

// OnChoices has somebody hear of new choices, inside the transaction that makes
// them; an error undoes it. Only while the program is built.
func (d *Directory) OnChoices(hear func(ctx context.Context, id ID, c Choices) error) {
	d.hears = append(d.hears, hear)
}

// choose writes choices down where they are others than before.
func (d *Directory) choose(ctx context.Context, id ID, c Choices, lang string) (changed bool, err error) {
	who, err := d.Get(ctx, id)
	if err != nil {
		return false, err
	}
	before, err := d.Choices(ctx, id)
	if err != nil || before == c && who.Lang == lang {
		return false, err
	}
	if err := d.store.setChoices(ctx, id, c, lang); err != nil {
		return false, err
	}
	for _, hear := range d.hears {
		if err := hear(ctx, id, c); err != nil {
			return false, err
		}
	}
	words := func(c Choices, lang string) map[string]any {
		return map[string]any{"pace": string(c.Pace), "quiet": c.Quiet, "lang": lang}
	}
	return true, d.audit.Write(ctx, audit.Entry{
		Actor: who.UID, Action: "letters.choose", Subject: "person:" + who.UID,
		Details: map[string]any{"before": words(before, who.Lang), "after": words(c, lang)},
	})
}
