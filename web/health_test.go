package web_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
)

// change writes to the database behind everybody's back.
func change(t *testing.T, d *db.DB, statement string, args ...any) {
	t.Helper()
	if err := d.Tx(t.Context(), func(ctx context.Context) error { return d.Gorm(ctx).Exec(statement, args...).Error }); err != nil {
		t.Fatal(err)
	}
}

// When nothing can be written, one still looks what is wrong.
func TestPagesAreShownWhenNothingCanBeWritten(t *testing.T) {
	clock := dbtest.NewClock()
	d := dbtest.SQLite(t, clock.Now)
	w := mailTown(t, d, clock)
	theo := w.visit("theo")
	theo.get("/admin/mail").want(http.StatusOK)
	change(t, d, `CREATE TRIGGER full BEFORE UPDATE ON sessions BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`)
	clock.Advance(10 * time.Minute)
	theo.get("/admin/mail").want(http.StatusOK)
	theo.get("/tickets").want(http.StatusOK)
}

// The page of a message that could not be filed says why in plain words, and
// what the machine says behind them; also when nothing of the message is left.
func TestAFailedMessageSaysWhy(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		w := mailTown(t, d, clock)
		id := w.receive("a", "ann@academie.test", "Plus de webmail", "Je n'y arrive plus.")
		theo, at := w.visit("theo"), fmt.Sprintf("/admin/mail/%d", id)
		change(t, d, `UPDATE inbound SET state = 'received', verdict = '', reason = '', attempts = 2, last_error = 'unavailable: database is locked' WHERE id = ?`, id)
		theo.get(at).want(http.StatusOK, inside("main .notice", says("2 essais"), says("AMIGO réessaie")), inside("aside", says("la base de données ne répond pas")))

		change(t, d, `UPDATE inbound SET state = 'failed', last_error = ? WHERE id = ?`, "panic: index out of range\ngoroutine 7 [running]", id)
		theo.get("/admin/mail?state=failed").want(http.StatusOK, inside("main tbody tr", says("défaut du programme")))
		theo.get(at).want(http.StatusOK, inside("main .notice", says("n'a pas pu être classé"), says("« Réessayer »")), has(`form[action$="/replay"]`),
			inside("aside", says("défaut du programme"), says("à qui maintient AMIGO")), inside("aside details", says("goroutine 7")))

		change(t, d, `UPDATE inbound SET last_error = 'message 1: blob 00: not found', sha256 = ? WHERE id = ?`, strings.Repeat("0", 64), id)
		theo.get(at).want(http.StatusOK, inside("main", says("ne peut pas être affiché")), inside("aside", says("le contenu conservé est illisible")), has(`#accept input[name=ticket]`))
	})
}
