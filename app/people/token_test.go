package people_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/people"
)

func TestATokenActsForItsPersonUntilItExpires(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		dir, ctx := directory(t, d), t.Context()
		token := must(dir.CreateToken(ctx, "tarik.benali", "", 90*24*time.Hour))(t)
		if !strings.HasPrefix(token, "amigo_") || len(token) < 30 {
			t.Fatalf("token %q", token)
		}
		a := must(dir.Bearer(ctx, token))(t)
		if a.UID != "tarik.benali" || a.Role != people.Technician || a.Channel != people.API || !a.Is(people.Technician) || len(a.Teams) != 2 {
			t.Fatalf("%+v", a)
		}
		clock.Advance(90 * 24 * time.Hour)
		if _, err := dir.Bearer(ctx, token); !errors.Is(err, fault.Denied) {
			t.Errorf("expired: %v", err)
		}
	})
}

func TestATokenNeverGivesMoreThanItsPersonHas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		role := func(token string) people.Role { return must(dir.Bearer(ctx, token))(t).Role }
		own := must(dir.CreateToken(ctx, "sonia.petit", "", time.Hour))(t)
		low := must(dir.CreateToken(ctx, "sonia.petit", people.Requester, time.Hour))(t)
		high := must(dir.CreateToken(ctx, "sonia.petit", people.Administrator, time.Hour))(t)
		if role(own) != people.Supervisor || role(low) != people.Requester || role(high) != people.Supervisor {
			t.Fatalf("own %s, low %s, high %s", role(own), role(low), role(high))
		}
		set := func(r people.Role) {
			must(dir.Import(ctx, people.Batch{Persons: []people.Entry{{UID: "sonia.petit", Role: r}}}))(t)
		}
		set(people.Technician)
		if role(own) != people.Technician || role(low) != people.Requester {
			t.Error("a role that is gone is still there")
		}
		set(people.Administrator)
		if role(own) != people.Supervisor || role(high) != people.Supervisor {
			t.Error("a token rose with its person")
		}
	})
}

func TestABadTokenIsDeniedAndNothingIsToldApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		revoked := must(dir.CreateToken(ctx, "tarik.benali", "", time.Hour))(t)
		if _, err := d.SQL().Exec("UPDATE tokens SET revoked_at = created_at"); err != nil {
			t.Fatal(err)
		}
		disabled := must(dir.CreateToken(ctx, "sonia.petit", "", time.Hour))(t)
		yes := true
		must(dir.Import(ctx, people.Batch{Persons: []people.Entry{{UID: "sonia.petit", Disabled: &yes}}}))(t)
		for name, token := range map[string]string{"empty": "", "unknown": "amigo_x", "revoked": revoked, "disabled": disabled, "other case": strings.ToLower(revoked)} {
			if _, err := dir.Bearer(ctx, token); !errors.Is(err, fault.Denied) || message(err) != "people.token.denied" {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestOnlyTheHashOfATokenIsKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		dir.NewToken = func() string { return "SECRET" }
		token := must(dir.CreateToken(ctx, "tarik.benali", "", time.Hour))(t)
		var hash, details string
		if err := d.SQL().QueryRow("SELECT hash FROM tokens").Scan(&hash); err != nil || strings.Contains(hash, "SECRET") || len(hash) != 64 {
			t.Errorf("hash %q, %v", hash, err)
		}
		if err := d.SQL().QueryRow("SELECT details FROM audit WHERE action = 'token.create'").Scan(&details); err != nil || strings.Contains(details, token) {
			t.Errorf("audit %q, %v", details, err)
		}
	})
}

func TestTheUseOfATokenIsNotedOnceAMinute(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		dir, ctx := directory(t, d), t.Context()
		token := must(dir.CreateToken(ctx, "tarik.benali", "", time.Hour))(t)
		for _, step := range []struct{ wait, used time.Duration }{{0, 0}, {59 * time.Second, 0}, {time.Second, time.Minute}} {
			clock.Advance(step.wait)
			must(dir.Bearer(ctx, token))(t)
			var used time.Time
			if err := d.SQL().QueryRow("SELECT used_at FROM tokens").Scan(&used); err != nil || !used.Equal(dbtest.Start.Add(step.used)) {
				t.Errorf("after %v: used at %v, %v", step.wait, used, err)
			}
		}
	})
}

func TestWhoMayNotHaveATokenGetsNone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		must(dir.Guest(ctx, "guest@example.org", "Guest"))(t)
		for _, c := range []struct {
			uid     string
			role    people.Role
			lasting time.Duration
			kind    error
		}{
			{"nobody", "", time.Hour, fault.NotFound},
			{"mail:guest@example.org", "", time.Hour, fault.Denied},
			{"amigo:system", "", time.Hour, fault.Denied},
			{"tarik.benali", "king", time.Hour, fault.Invalid},
			{"tarik.benali", "", 0, fault.Invalid},
			{"tarik.benali", "", 3 * 366 * 24 * time.Hour, fault.Invalid},
		} {
			if _, err := dir.CreateToken(ctx, c.uid, c.role, c.lasting); !errors.Is(err, c.kind) {
				t.Errorf("%+v: %v", c, err)
			}
		}
	})
}
