package calendar

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"amigo/app/fault"
)

// DraftID identifies a draft.
type DraftID int64

// DraftState is how far a draft has come.
type DraftState string

// The states of a draft. The last three are for ever.
const (
	Fetching  DraftState = "fetching"  // its definition is still on the way
	Ready     DraftState = "ready"     // may be looked at, applied or discarded
	Refused   DraftState = "refused"   // what came was no calendar; the reason says why
	Applied   DraftState = "applied"   // is a version now
	Discarded DraftState = "discarded" // nobody wanted it
)

// Draft is a definition that somebody looks at before it is put in force.
type Draft struct {
	ID       DraftID
	Calendar string    // by its name; there need not be one yet
	Base     VersionID // the version that it was drawn from; 0 for a calendar that is new
	State    DraftState
	Spec     Spec   // while it is Ready, and after; none before
	Source   string // a file's name, an address, an edit
	Reason   string // why it was refused, or what to look at before it is applied; a line each ([WriteRemarks])
	Author   string // uid of who made it

	CreatedAt time.Time
	DecidedAt *time.Time // when it was refused, applied or discarded
	Decider   string     // uid of who applied or discarded it
	Version   VersionID  // what it became when it was applied
}

// fetches says whether the definition of a new draft is still to come.
func (d Draft) fetches() bool {
	return d.State == Fetching || d.State == "" && d.Spec.TZ == "" && d.Spec.Weekly == nil
}

// NewDraft keeps a definition of a calendar to be looked at: Ready if it has
// one, which is checked ([SpecError]), or else Fetching. Only Calendar, Base,
// Spec, Source, Reason and Author are read, and State where it says Fetching.
// Base is the version that it was drawn from, fault.NotFound if the calendar has
// none such. Where it is 0 it becomes the current version, and stays 0 if there
// is no calendar of that name; it must pass [CheckName] then.
func (b *Book) NewDraft(ctx context.Context, d Draft) (made Draft, err error) {
	defer fault.Wrap(&err, "calendar %q: new draft", d.Calendar)
	row := draftRow{Calendar: d.Calendar, State: Ready, Source: d.Source, Reason: d.Reason, Author: d.Author}
	if d.fetches() {
		row.State = Fetching
	} else if row.Spec, err = checked(d.Spec); err != nil {
		return Draft{}, err
	}
	err = b.db.Tx(ctx, func(ctx context.Context) error {
		base, err := b.baseOf(ctx, d)
		if err != nil {
			return err
		}
		if base != 0 {
			row.BaseID = &base
		}
		return b.store.newDraft(ctx, &row)
	})
	if err != nil {
		return Draft{}, err
	}
	return row.draft()
}

// baseOf is the version from which a new draft was drawn, 0 if its calendar is new.
func (b *Book) baseOf(ctx context.Context, d Draft) (VersionID, error) {
	if d.Base == 0 {
		now, err := b.currentOrNew(ctx, d.Calendar)
		return now.ID, err
	}
	v, err := b.Version(ctx, d.Base)
	if err == nil && v.Name != d.Calendar {
		err = fault.NotFound
	}
	return v.ID, err
}

// FillDraft gives a draft that is Fetching its definition, which makes it
// Ready, with remarks on what to look at. fault.Conflict if it is anything else
// by now; a [SpecError] leaves it as it is.
func (b *Book) FillDraft(ctx context.Context, id DraftID, spec Spec, remarks ...string) (err error) {
	defer fault.Wrap(&err, "calendar draft %d: fill", id)
	text, err := checked(spec)
	if err != nil {
		return err
	}
	return b.db.Tx(ctx, func(ctx context.Context) error {
		return b.store.moveDraft(ctx, id, draftRow{State: Ready, Spec: text, Reason: strings.Join(remarks, "\n")}, []string{"state", "spec", "reason"}, Fetching)
	})
}

// RefuseDraft ends a draft that is Fetching, with the reason in words.
// fault.Conflict if it is anything else by now.
func (b *Book) RefuseDraft(ctx context.Context, id DraftID, reason string) (err error) {
	defer fault.Wrap(&err, "calendar draft %d: refuse", id)
	return b.db.Tx(ctx, func(ctx context.Context) error {
		at := b.db.Now(ctx)
		return b.store.moveDraft(ctx, id, draftRow{State: Refused, Reason: reason, DecidedAt: &at},
			[]string{"state", "reason", "decided_at"}, Fetching)
	})
}

// Draft is a draft by its identity, fault.NotFound if there is none.
func (b *Book) Draft(ctx context.Context, id DraftID) (d Draft, err error) {
	defer fault.Wrap(&err, "calendar draft %d", id)
	row, err := b.store.draft(ctx, id)
	if err != nil {
		return Draft{}, err
	}
	return row.draft()
}

// Drafts lists the drafts of a calendar, or with an empty name those of all,
// the newest first and no more than limit.
func (b *Book) Drafts(ctx context.Context, calendar string, limit int) (list []Draft, err error) {
	defer fault.Wrap(&err, "calendar %q: drafts", calendar)
	rows, err := b.store.drafts(ctx, calendar, limit)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		d, err := row.draft()
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

// Apply puts a draft in force as the next version of its calendar, under its
// source and the uid of who applies it, and tells the listeners: all of it or
// nothing. Applied again it gives the version that it became. fault.Conflict
// if another version was put in force since it was drawn, or if it is not
// Ready.
func (b *Book) Apply(ctx context.Context, id DraftID, author string) (v Version, err error) {
	defer fault.Wrap(&err, "calendar draft %d: apply", id)
	err = b.db.Tx(ctx, func(ctx context.Context) error {
		row, err := b.lockDraft(ctx, id)
		if err != nil {
			return err
		}
		switch row.State {
		case Applied:
			v, err = b.Version(ctx, *row.VersionID)
			return err
		case Ready:
			v, err = b.apply(ctx, row, author)
			return err
		}
		return fmt.Errorf("it is %s: %w", row.State, fault.Conflict)
	})
	return v, err
}

// apply is Apply for a draft that is Ready, while its calendar is locked.
func (b *Book) apply(ctx context.Context, row draftRow, author string) (v Version, err error) {
	now, err := b.currentOrNone(ctx, row.Calendar)
	if err != nil {
		return v, err
	}
	if now.ID != row.base() {
		return v, fmt.Errorf("version %d is in force meanwhile: %w", now.Number, fault.Conflict)
	}
	if v, err = b.succeed(ctx, now, edition{row.Calendar, row.Spec, row.Source, author}); err != nil {
		return v, err
	}
	at := b.db.Now(ctx)
	return v, b.store.moveDraft(ctx, row.ID, draftRow{State: Applied, DecidedAt: &at, Decider: author, VersionID: &v.ID},
		[]string{"state", "decided_at", "decider", "version_id"}, Ready)
}

// Discard ends a draft that nobody wants, on its way or Ready. Discarded again
// it stays as it is; fault.Conflict if it was applied or refused.
func (b *Book) Discard(ctx context.Context, id DraftID, author string) (err error) {
	defer fault.Wrap(&err, "calendar draft %d: discard", id)
	return b.db.Tx(ctx, func(ctx context.Context) error {
		row, err := b.lockDraft(ctx, id)
		if err != nil || row.State == Discarded {
			return err
		}
		at := b.db.Now(ctx)
		return b.store.moveDraft(ctx, id, draftRow{State: Discarded, DecidedAt: &at, Decider: author},
			[]string{"state", "decided_at", "decider"}, Fetching, Ready)
	})
}

// lockDraft reads a draft once nobody else decides about its calendar.
func (b *Book) lockDraft(ctx context.Context, id DraftID) (draftRow, error) {
	row, err := b.store.draft(ctx, id)
	if err != nil {
		return row, err
	}
	if err := b.lock(ctx, row.Calendar); err != nil {
		return row, err
	}
	// Whoever had the lock before may have decided.
	return b.store.draft(ctx, id)
}

// currentOrNew is currentOrNone, and fault.Fields where no new calendar may have that name.
func (b *Book) currentOrNew(ctx context.Context, name string) (Version, error) {
	v, err := b.currentOrNone(ctx, name)
	if err == nil && v.ID == 0 {
		err = CheckName(name)
	}
	return v, err
}

// currentOrNone is Current, and a Version without identity where there is no calendar of that name.
func (b *Book) currentOrNone(ctx context.Context, name string) (Version, error) {
	v, err := b.Current(ctx, name)
	if errors.Is(err, fault.NotFound) {
		return Version{}, nil
	}
	return v, err
}
