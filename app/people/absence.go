package people

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"amigo/app/audit"
	"amigo/app/fault"
)

// Absence is a time during which somebody is away, From included and Until not.
type Absence struct {
	ID     int64
	Person ID
	From   time.Time
	Until  time.Time
	Deputy ID // who stands in meanwhile; 0: nobody
}

// longestAbsence bounds an absence: who is away for longer has left the team.
const longestAbsence = 366 * 24 * time.Hour

// Covers says whether it holds at an instant.
func (a Absence) Covers(at time.Time) bool { return !at.Before(a.From) && at.Before(a.Until) }

// overlaps says whether both hold at some instant.
func (a Absence) overlaps(b Absence) bool { return a.From.Before(b.Until) && b.From.Before(a.Until) }

// Absences lists the absences of a person that are not over, by their beginning.
func (d *Directory) Absences(ctx context.Context, id ID) ([]Absence, error) {
	all, err := d.store.absences(ctx, []ID{id}, d.db.Now(ctx))
	if err != nil {
		return nil, fmt.Errorf("people: absences of %d: %w", id, err)
	}
	return all, nil
}

// AbsencesMany lists the absences of several people that are not over, by their
// beginning.
func (d *Directory) AbsencesMany(ctx context.Context, ids []ID) ([]Absence, error) {
	all, err := d.store.absences(ctx, ids, d.db.Now(ctx))
	if err != nil {
		return nil, fmt.Errorf("people: absences of %d people: %w", len(ids), err)
	}
	return all, nil
}

// Away says who of some people is away at an instant: by person, the absence.
func (d *Directory) Away(ctx context.Context, ids []ID, at time.Time) (map[ID]Absence, error) {
	all, err := d.store.absences(ctx, ids, at)
	if err != nil {
		return nil, fmt.Errorf("people: away: %w", err)
	}
	away := map[ID]Absence{}
	for _, a := range all {
		if a.Covers(at) {
			away[a.Person] = a
		}
	}
	return away, nil
}

// PutAbsence notes that a technician, or one above, is away, or changes what
// was noted under its ID, whose person stays the same. One may say so of
// oneself, supervisors of everybody. Nobody is away twice at the same time, nor
// stands in for whoever stands in for them meanwhile. Fields: person, from,
// until, deputy.
func (d *Directory) PutAbsence(ctx context.Context, a Absence) (put Absence, err error) {
	defer fault.Wrap(&err, "people: absence")
	err = d.db.Tx(ctx, func(ctx context.Context) error {
		if err := d.db.Lock(ctx, "people.absences"); err != nil {
			return err
		}
		if a.ID != 0 {
			was, err := d.store.absence(ctx, a.ID)
			if err != nil {
				return err
			}
			a.Person = was.Person
		}
		if err := mayExcuse(ctx, a.Person); err != nil {
			return err
		}
		who, err := d.checkAbsence(ctx, a)
		if err != nil {
			return err
		}
		if a.ID, err = d.store.putAbsence(ctx, a); err != nil {
			return err
		}
		return d.recordAbsence(ctx, "absence.put", who, a)
	})
	if err != nil {
		return Absence{}, err
	}
	return a, nil
}

// EndAbsence ends an absence now; one that has not begun is forgotten. Who may
// is as with [Directory.PutAbsence].
func (d *Directory) EndAbsence(ctx context.Context, id int64) (err error) {
	defer fault.Wrap(&err, "people: absence %d: end", id)
	return d.db.Tx(ctx, func(ctx context.Context) error {
		a, err := d.store.absence(ctx, id)
		if err != nil {
			return err
		}
		if err := mayExcuse(ctx, a.Person); err != nil {
			return err
		}
		now := d.db.Now(ctx)
		if !a.Until.After(now) {
			return nil
		}
		if now.After(a.From) {
			a.Until = now
			_, err = d.store.putAbsence(ctx, a)
		} else {
			err = d.store.forgetAbsence(ctx, id)
		}
		if err != nil {
			return err
		}
		who, err := d.GetMany(ctx, []ID{a.Person, a.Deputy})
		if err != nil {
			return err
		}
		return d.recordAbsence(ctx, "absence.end", who, a)
	})
}

// mayExcuse refuses everyone but the person, and supervisors.
func mayExcuse(ctx context.Context, id ID) error {
	a := ActorOf(ctx)
	if a.Is(Supervisor) || a.Is(Technician) && a.Person == id {
		return nil
	}
	return fault.Denied
}

// checkAbsence says what is wrong with an absence, and who it is about.
func (d *Directory) checkAbsence(ctx context.Context, a Absence) (map[ID]Person, error) {
	who, err := d.GetMany(ctx, []ID{a.Person, a.Deputy})
	if err != nil {
		return nil, err
	}
	f := fault.Fields{}
	if !who[a.Person].works() {
		f.Add("person", "people.absence.person")
	}
	switch {
	case a.From.IsZero():
		f.Add("from", "people.absence.from")
	case !a.Until.After(a.From):
		f.Add("until", "people.absence.until")
	case !a.Until.After(d.db.Now(ctx)):
		f.Add("until", "people.absence.over")
	case a.Until.Sub(a.From) > longestAbsence:
		f.Add("until", "people.absence.long")
	}
	switch {
	case a.Deputy == 0:
	case a.Deputy == a.Person:
		f.Add("deputy", "people.absence.oneself")
	case !who[a.Deputy].works():
		f.Add("deputy", "people.absence.deputy")
	}
	if len(f) == 0 {
		err = d.checkAgainstOthers(ctx, f, who, a)
	}
	return who, errors.Join(err, f.Err())
}

// checkAgainstOthers refuses an absence beside another of the same person, and
// two people who would stand in for each other.
func (d *Directory) checkAgainstOthers(ctx context.Context, f fault.Fields, who map[ID]Person, a Absence) error {
	others, err := d.store.absences(ctx, []ID{a.Person, a.Deputy}, a.From)
	for _, o := range others {
		switch {
		case o.ID == a.ID || !o.overlaps(a):
		case o.Person == a.Person:
			f.Add("from", "people.absence.twice", "From", o.From, "Until", o.Until)
		case o.Deputy == a.Person:
			f.Add("deputy", "people.absence.mutual", "Person", who[a.Person].Name, "Name", who[a.Deputy].Name, "From", o.From, "Until", o.Until)
		}
	}
	return err
}

// works says whether a person works tickets, today.
func (p Person) works() bool {
	return p.Kind == Member && p.DisabledAt == nil && p.Role.AtLeast(Technician)
}

func (d *Directory) recordAbsence(ctx context.Context, action string, who map[ID]Person, a Absence) error {
	details := map[string]any{"from": a.From.UTC().Format(time.RFC3339), "until": a.Until.UTC().Format(time.RFC3339)}
	if a.Deputy != 0 {
		details["deputy"] = who[a.Deputy].UID
	}
	return d.audit.Write(ctx, audit.Entry{
		Actor: actorUID(ctx), Action: action, Subject: "person:" + who[a.Person].UID, Details: details,
	})
}

// longestChain is how many deputies are asked, one after the other.
const longestChain = 3

// StandIn finds who is there for a person at an instant: the person unless they
// are away, else their deputy, or the deputy of that deputy, three at most. 0:
// nobody is, because someone on the way does not work tickets any more, has no
// deputy, or was asked before.
func (d *Directory) StandIn(ctx context.Context, id ID, at time.Time) (ID, error) {
	var asked []ID
	for id != 0 && len(asked) <= longestChain && !slices.Contains(asked, id) {
		asked = append(asked, id)
		who, err := d.Names(ctx, []ID{id})
		if err != nil {
			return 0, err
		}
		if !who[id].works() {
			return 0, nil
		}
		away, err := d.Away(ctx, []ID{id}, at)
		if err != nil {
			return 0, err
		}
		a, gone := away[id]
		if !gone {
			return id, nil
		}
		id = a.Deputy
	}
	return 0, nil
}
