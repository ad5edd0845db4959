package app

import (
	"context"
	"errors"
	"strings"
	"testing"

	"amigo/app/db/dbtest"
	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/tickets"
	"amigo/tickets/report"
)

func demoConfig(t *testing.T, databaseURL string) Config {
	t.Helper()
	c, err := ReadConfig([]string{
		"AMIGO_DATA_DIR=" + t.TempDir(), "AMIGO_DATABASE_URL=" + databaseURL, "AMIGO_SECRET=" + strings.Repeat("s", 40),
	})
	if err != nil {
		t.Fatal(err)
	}
	c.DemoDefaults(nil)
	c.Now = dbtest.NewClock().Now
	return c
}

// within builds the product on a database and lets a test look at it.
func within(t *testing.T, c Config, look func(ctx context.Context, a *App)) {
	t.Helper()
	a, err := New(t.Context(), c, Parts{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	look(people.As(t.Context(), people.System()), a)
}

func TestTheDemonstrationLoadsOnceOnAnEmptyDatabase(t *testing.T) {
	for name, url := range map[string]string{"sqlite": "", "postgres": dbtest.EmptyPostgresURL(t)} {
		t.Run(name, func(t *testing.T) {
			c := demoConfig(t, url)
			for range 2 { // started twice, it keeps its data
				if err := LoadDemo(t.Context(), c); err != nil {
					t.Fatal(err)
				}
			}
			beside := c // a command beside it, without a variable of mail
			beside.Mail.Address = ""
			within(t, beside, func(ctx context.Context, a *App) {
				if address := a.address(ctx); address != demoAddress {
					t.Errorf("letters come from %s", address)
				}
			})
			within(t, c, func(ctx context.Context, a *App) {
				running, err := a.Desk.Count(ctx, tickets.Filter{Statuses: []tickets.Status{tickets.Fresh, tickets.Opened, tickets.WaitingRequester, tickets.WaitingThirdParty}})
				if err != nil || running != 16 {
					t.Errorf("%d running tickets, %v", running, err)
				}
				staff, err := a.People.Staff(ctx, people.Technician, 0)
				count := map[people.Role]int{}
				for _, p := range staff {
					count[p.Role]++
				}
				if err != nil || count[people.Technician] != 12 || count[people.Supervisor] != 2 || count[people.Administrator] != 1 {
					t.Errorf("staff %v, %v", count, err)
				}
				months, err := a.Reporter.Resolution(ctx, report.Question{
					From: calendar.DayOn(2026, 9, 1), To: calendar.DayOn(2026, 11, 18), Group: report.ByMonth,
				})
				if err != nil || len(months.Rows) != 3 {
					t.Errorf("%d months to report about, %v", len(months.Rows), err)
				}
				for _, month := range months.Rows {
					if month.Count < 10 {
						t.Errorf("in %s only %d were solved", month.Key, month.Count)
					}
				}
				asker, err := a.People.ByUID(ctx, "agent.demo")
				if err != nil {
					t.Fatal(err)
				}
				own, err := a.Desk.Count(ctx, tickets.Filter{Asked: asker.ID})
				if err != nil || own != 2 {
					t.Errorf("agent.demo has asked %d times, %v", own, err)
				}
			})
		})
	}
}

func TestTheDemonstrationRefusesADatabaseThatIsNotItsOwn(t *testing.T) {
	for name, url := range map[string]string{"sqlite": "", "postgres": dbtest.PostgresURL(t)} {
		t.Run(name, func(t *testing.T) {
			c := demoConfig(t, url)
			within(t, c, func(ctx context.Context, a *App) {
				if err := a.DB.Migrate(ctx); err != nil {
					t.Fatal(err)
				}
				if err := a.Seed(ctx); err != nil {
					t.Fatal(err)
				}
				if _, err := a.People.Import(ctx, people.Batch{Persons: []people.Entry{{UID: "vraie.personne", Name: "Vraie Personne"}}}); err != nil {
					t.Fatal(err)
				}
			})
			if err := LoadDemo(t.Context(), c); !errors.Is(err, ErrNotDemo) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestAnInterruptedLoadLeavesNoDatabaseOnTheEmbeddedDefault(t *testing.T) {
	c := demoConfig(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := LoadDemo(ctx, c); err == nil {
		t.Fatal("it loaded without time")
	}
	if err := LoadDemo(t.Context(), c); err != nil {
		t.Errorf("after an interrupted load: %v", err)
	}
}
