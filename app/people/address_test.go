package people_test

import (
	"context"
	"errors"
	"testing"

	"amigo/app/audit"
	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/people"
)

const claraAt = "clara.hebert@ac-normandie.fr"

// bounced is the academy, where letters to Clara's main address have come back.
func bounced(t *testing.T, f func(t *testing.T, d *db.DB, dir *people.Directory)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := directory(t, d)
		err := d.Tx(t.Context(), func(ctx context.Context) error {
			return db.Fault(d.Gorm(ctx).Exec("UPDATE addresses SET state = 'hard', state_at = ?, state_why = '550 5.1.1 unknown', bounces = 1 WHERE address = ?", d.Now(ctx), claraAt).Error)
		})
		if err != nil {
			t.Fatal(err)
		}
		f(t, d, dir)
	})
}

// mainOf is somebody's main address.
func mainOf(t *testing.T, dir *people.Directory, uid string) people.Address {
	t.Helper()
	return must(dir.ByUID(t.Context(), uid))(t).Addresses[0]
}

func TestAnAddressSaysSinceWhenAndWhy(t *testing.T) {
	bounced(t, func(t *testing.T, _ *db.DB, dir *people.Directory) {
		if a := mainOf(t, dir, "clara.hebert"); !a.Stopped() || a.StateAt.IsZero() || a.Why != "550 5.1.1 unknown" || a.Bounces != 1 {
			t.Errorf("%+v", a)
		}
		if where, ok := must(dir.ByUID(t.Context(), "clara.hebert"))(t).Mailbox(); !ok || where != "chebert@ac-caen.fr" {
			t.Errorf("she is written to at %q", where)
		}
	})
}

func TestStaffAndOwnersConfirmAnAddressAndNobodyElse(t *testing.T) {
	for name, c := range map[string]struct {
		uid      string
		believed bool
		want     error
	}{
		"its owner":      {"clara.hebert", true, nil},
		"a technician":   {"tarik.benali", true, nil},
		"somebody else":  {"anne-lise.oeuvre", true, fault.NotFound},
		"an unproven":    {"clara.hebert", false, fault.NotFound},
		"a forged reply": {"tarik.benali", false, fault.NotFound},
	} {
		t.Run(name, func(t *testing.T) {
			bounced(t, func(t *testing.T, d *db.DB, dir *people.Directory) {
				who := must(dir.Actor(t.Context(), must(dir.ByUID(t.Context(), c.uid))(t).ID, people.Web))(t)
				who.Believed = c.believed
				if err := dir.ConfirmAddress(people.As(t.Context(), who), " Clara.Hebert@AC-Normandie.fr "); !errors.Is(err, c.want) {
					t.Fatalf("%v, want %v", err, c.want)
				}
				if a := mainOf(t, dir, "clara.hebert"); a.Stopped() != (c.want != nil) || c.want == nil && (a.Why != "" || a.Bounces != 0) {
					t.Errorf("%+v", a)
				}
				lines := must(audit.New(d).List(t.Context(), 0, 10))(t)
				if written := len(lines) > 0 && lines[0].Action == "address.confirm" && lines[0].Actor == c.uid; written != (c.want == nil) {
					t.Errorf("the record holds %+v", lines)
				}
			})
		})
	}
}

func TestAnAddressThatIsNobodysCannotBeConfirmed(t *testing.T) {
	bounced(t, func(t *testing.T, _ *db.DB, dir *people.Directory) {
		if err := dir.ConfirmAddress(people.As(t.Context(), people.System()), "nobody@academie.test"); !errors.Is(err, fault.NotFound) {
			t.Error(err)
		}
	})
}

func TestTheDirectoryForgetsNothingOfHowLettersFared(t *testing.T) {
	bounced(t, func(t *testing.T, _ *db.DB, dir *people.Directory) {
		before := mainOf(t, dir, "clara.hebert")
		must(dir.Import(t.Context(), people.Batch{Persons: []people.Entry{{UID: "clara.hebert", Title: "gestionnaire", Addresses: []string{claraAt, "chebert@ac-caen.fr"}}}}))(t)
		if after := mainOf(t, dir, "clara.hebert"); after != before {
			t.Errorf("%+v, want %+v", after, before)
		}
	})
}
