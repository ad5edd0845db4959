package calendar

import (
	"context"
	"maps"
	"reflect"
	"slices"

	"amigo/app/fault"
)

// Rebase carries over to another definition what was changed between two: what
// mine says otherwise than base, on top of theirs. A day, a regime, a period is
// changed as a whole; where both changed the same, mine holds. The result is
// not checked: two changes that are right alone may contradict each other.
func Rebase(base, mine, theirs Spec) Spec {
	s := theirs
	s.TZ = either(base.TZ, mine.TZ, theirs.TZ)
	s.KnownFrom = either(base.KnownFrom, mine.KnownFrom, theirs.KnownFrom)
	s.KnownUntil = either(base.KnownUntil, mine.KnownUntil, theirs.KnownUntil)
	s.SchoolZone = either(base.SchoolZone, mine.SchoolZone, theirs.SchoolZone)
	s.Holidays = either(base.Holidays, mine.Holidays, theirs.Holidays)
	s.Weekly = entries(base.Weekly, mine.Weekly, theirs.Weekly)
	s.Regimes = entries(base.Regimes, mine.Regimes, theirs.Regimes)
	s.Exceptions = entries(base.Exceptions, mine.Exceptions, theirs.Exceptions)
	s.Periods = listed(base.Periods, mine.Periods, theirs.Periods)
	s.Closed = listed(base.Closed, mine.Closed, theirs.Closed)
	s.Marks = listed(base.Marks, mine.Marks, theirs.Marks)
	return s
}

// either is mine where I changed it, and theirs otherwise.
func either[T any](base, mine, theirs T) T {
	if reflect.DeepEqual(base, mine) {
		return theirs
	}
	return mine
}

// entries carries over what was added, changed and taken away under each key.
func entries[M ~map[string]V, V any](base, mine, theirs M) M {
	s := maps.Clone(theirs)
	for key := range base {
		if _, kept := mine[key]; !kept {
			delete(s, key)
		}
	}
	for key, v := range mine {
		was, there := base[key]
		if there && reflect.DeepEqual(was, v) {
			continue
		}
		if s == nil {
			s = M{}
		}
		s[key] = v
	}
	return s
}

// listed carries over what was taken out of a list and what was added, which
// comes last: of periods the last that covers a day holds.
func listed[E any](base, mine, theirs []E) []E {
	if reflect.DeepEqual(base, theirs) {
		return mine // in its own order
	}
	has := func(all []E, e E) bool {
		return slices.ContainsFunc(all, func(o E) bool { return reflect.DeepEqual(o, e) })
	}
	var s []E
	for _, e := range theirs {
		if !has(base, e) || has(mine, e) {
			s = append(s, e)
		}
	}
	for _, e := range mine {
		if !has(base, e) && !has(s, e) {
			s = append(s, e)
		}
	}
	return s
}

// Redraw discards a draft that another version has overtaken, and draws it anew:
// what it would have changed, carried over to the version that is in force now
// ([Rebase]). The draft is as it was where nothing has overtaken it. Fails as
// [Book.Discard] and [Book.NewDraft] do.
func (b *Book) Redraw(ctx context.Context, id DraftID, author string) (made Draft, err error) {
	defer fault.Wrap(&err, "calendar draft %d: redraw", id)
	err = b.db.Tx(ctx, func(ctx context.Context) error {
		if err := b.Discard(ctx, id, author); err != nil {
			return err
		}
		old, err := b.Draft(ctx, id)
		if err != nil {
			return err
		}
		made = Draft{Calendar: old.Calendar, Spec: old.Spec, Source: old.Source, Reason: old.Reason, Author: author}
		if old.Base != 0 {
			if made.Spec, made.Base, err = b.carriedOver(ctx, old); err != nil {
				return err
			}
		}
		made, err = b.NewDraft(ctx, made)
		return err
	})
	return made, err
}

// carriedOver is what a draft would change, on top of the version in force.
func (b *Book) carriedOver(ctx context.Context, d Draft) (Spec, VersionID, error) {
	now, err := b.Current(ctx, d.Calendar)
	if err != nil {
		return Spec{}, 0, err
	}
	before, err := b.Spec(ctx, d.Base)
	if err != nil {
		return Spec{}, 0, err
	}
	after, err := b.Spec(ctx, now.ID)
	return Rebase(before, d.Spec, after), now.ID, err
}
