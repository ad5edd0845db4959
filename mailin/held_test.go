package mailin_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/mailin"
	"amigo/tickets"
)

func TestTechniciansDecideAboutWhatWasHeld(t *testing.T) {
	tell(t, []story{
		{"on a ticket of its sender it is said by them", nil, acceptedFromParticipant},
		{"on somebody else's ticket it is a technician's note", nil, acceptedFromOther},
		{"a new ticket is its sender's", nil, acceptedAsNew},
		{"what is discarded stays in the list", nil, discarded},
		{"nobody but technicians decides, sees or reads", nil, notForOthers},
		{"what failed can be tried again", nil, replayed},
	})
}

// two letters that are held: paul's, on ann's ticket.
func (w *world) heldFrom(from, id string) (tickets.Ticket, mailin.Inbound) {
	w.t.Helper()
	ticket := w.open("ann", "Écran noir")
	m := w.deliver(write(from, house, "Re: ["+ticket.ID.Label()+"] Écran noir", "Voici la facture.", "Message-ID: <"+id+"@h.test>"))
	if m.State != mailin.Held || m.Ticket != ticket.ID {
		w.t.Fatalf("not held: %+v", m)
	}
	return ticket, m
}

func acceptedFromParticipant(t *testing.T, w *world) {
	ticket := w.open("ann", "Écran noir")
	w.solve(ticket.ID)
	two := write("ann@academie.test, paul@academie.test", house, "Re: ["+ticket.ID.Label()+"] Écran noir", "Encore noir.", "Message-ID: <h1@h.test>")
	m := w.deliver(two)
	want(t, m, mailin.Held, mailin.Hold, mailin.TwoSenders)
	to, err := w.intake.Accept(w.as("theo"), m.ID, ticket.ID)
	must(t, err)
	said := w.last(ticket.ID)
	if to != ticket.ID || said.Author != w.person("ann").ID || said.Internal || said.Channel != people.Mail || w.ticket(to).Status != tickets.Opened {
		t.Errorf("ticket %d, %+v, %s", to, said, w.ticket(to).Status)
	}
	after := w.inbound(m.ID)
	want(t, after, mailin.Filed, mailin.Hold, mailin.TwoSenders)
	if after.DecidedBy != "theo" || after.Message != said.ID || after.Ticket != ticket.ID {
		t.Errorf("kept as %+v", after)
	}
	if _, err := w.intake.Accept(w.as("theo"), m.ID, ticket.ID); !errors.Is(err, fault.Conflict) {
		t.Errorf("decided twice: %v", err)
	}
}

func acceptedFromOther(t *testing.T, w *world) {
	ticket, m := w.heldFrom("Paul <paul@academie.test>", "h2")
	_, err := w.intake.Accept(w.as("theo"), m.ID, ticket.ID)
	must(t, err)
	said := w.last(ticket.ID)
	if !said.Internal || said.Author != w.person("theo").ID || !strings.Contains(said.Body, "paul@academie.test") || !strings.Contains(said.Body, "Voici la facture.") {
		t.Errorf("said %+v", said)
	}
	if takes, err := w.desk.Participates(t.Context(), ticket.ID, w.person("paul").ID); takes || err != nil {
		t.Errorf("paul takes part because of a mail: %v", err)
	}
}

func acceptedAsNew(t *testing.T, w *world) {
	ticket, m := w.heldFrom("paul@academie.test", "h3")
	to, err := w.intake.Accept(w.as("theo"), m.ID, 0)
	must(t, err)
	got := w.ticket(to)
	if to == ticket.ID || got.Requester != w.person("paul").ID || got.ReportedBy != got.Requester || got.Channel != people.Mail {
		t.Errorf("opened %+v", got)
	}
	if len(w.messages(ticket.ID)) != 1 {
		t.Error("something was said on the other ticket")
	}
}

func discarded(t *testing.T, w *world) {
	_, m := w.heldFrom("paul@academie.test", "h4")
	must(t, w.intake.Discard(w.as("theo"), m.ID))
	after := w.inbound(m.ID)
	want(t, after, mailin.Ignored, mailin.Hold, mailin.ReferenceUnproven)
	if after.DecidedBy != "theo" {
		t.Errorf("decided by %q", after.DecidedBy)
	}
	if err := w.intake.Discard(w.as("theo"), m.ID); !errors.Is(err, fault.Conflict) {
		t.Errorf("discarded twice: %v", err)
	}
	if to, err := w.intake.Accept(w.as("theo"), m.ID, 0); err != nil || to == 0 {
		t.Errorf("what was discarded by mistake is lost: %v", err)
	}
}

func notForOthers(t *testing.T, w *world) {
	ticket, m := w.heldFrom("paul@academie.test", "h5")
	ctx := w.as("ann")
	_, get := w.intake.Get(ctx, m.ID)
	_, raw := w.intake.Raw(ctx, m.ID)
	_, letter := w.intake.Letter(ctx, m.ID)
	_, latest := w.intake.Latest(ctx, "", 0, 10)
	_, counts := w.intake.Counts(ctx)
	_, undecided := w.intake.Undecided(ctx)
	_, boxes := w.intake.Mailboxes(ctx)
	_, accept := w.intake.Accept(ctx, m.ID, ticket.ID)
	_, replay := w.intake.Replay(ctx, 0)
	discard := w.intake.Discard(ctx, m.ID)
	_, missing := w.intake.Get(w.as("theo"), 999_999)
	for what, err := range map[string]error{
		"get": get, "raw": raw, "letter": letter, "latest": latest, "counts": counts, "undecided": undecided, "boxes": boxes,
		"accept": accept, "replay": replay, "discard": discard, "missing": missing,
	} {
		if !errors.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if n, err := w.intake.Undecided(w.as("theo")); err != nil || n != 1 {
		t.Errorf("%d undecided, %v; want 1", n, err)
	}
	want(t, w.inbound(m.ID), mailin.Held, mailin.Hold, mailin.ReferenceUnproven)
	if l, err := w.intake.Letter(w.as("theo"), m.ID); err != nil || l.NewText != "Voici la facture." {
		t.Errorf("the technician reads %+v, %v", l, err)
	}
	r, err := w.intake.Raw(w.as("theo"), m.ID)
	must(t, err)
	defer r.Close()
	if whole, err := io.ReadAll(r); err != nil || !bytes.Contains(whole, []byte("Message-ID: <h5@h.test>")) {
		t.Errorf("raw %q, %v", whole, err)
	}
	all, err := w.intake.Latest(w.as("theo"), mailin.Held, 0, 1)
	if err != nil || len(all) != 1 || all[0].ID != m.ID {
		t.Errorf("held: %+v, %v", all, err)
	}
	if _, err := w.intake.Latest(w.as("theo"), "lost", 0, 1); !errors.Is(err, fault.Invalid) {
		t.Errorf("an unknown state: %v", err)
	}
}

// A message whose bytes cannot be had is tried for hours, then fails in sight,
// holds up nothing else, and is filed when it is tried again.
func replayed(t *testing.T, w *world) {
	failing := true
	w.blobs.failing(func(what string) error {
		if failing && what == "open" {
			return errShelf
		}
		return nil
	})
	id := w.receive(write("ann@academie.test", house, "Écran noir", "Il est noir.", "Message-ID: <h6@h.test>"))
	for range 15 {
		_ = w.queue.Drain(t.Context(), w.mux)
		w.clock.Advance(time.Hour)
	}
	m := w.inbound(id)
	if m.State != mailin.Failed || !strings.Contains(m.LastError, errShelf.Error()) || m.Attempts != 12 {
		t.Fatalf("after fifteen hours %+v", m)
	}
	failing = false
	w.drain()
	if n, err := w.intake.Replay(w.as("theo"), 0); n != 1 || err != nil {
		t.Errorf("replayed %d, %v", n, err)
	}
	w.drain()
	want(t, w.inbound(id), mailin.Filed, mailin.Open, mailin.NewRequest)
	if _, err := w.intake.Replay(w.as("theo"), id); !errors.Is(err, fault.NotFound) {
		t.Errorf("what is filed is filed again: %v", err)
	}
}

func TestWhatComesWithAMailComesWithTheTicket(t *testing.T) {
	tell(t, []story{
		{"files, and pictures in the text, in their order", nil, enclosed},
		{"more files than a message may have: the first, and the whole mail", nil, manyEnclosed},
		{"the files of a held letter wait with it", nil, heldEnclosed},
		{"bytes that no database keeps, and endless ids", nil, wildHead},
		{"a mail that is only forwarded says what it forwards", nil, onlyForwarded},
		{"a mail too large to be read is refused with a reason", nil, tooLarge},
	})
}

// mixed is a letter with a picture in its text and so many small files.
func mixed(from, id string, files int) string {
	var b strings.Builder
	b.WriteString("From: " + from + "\r\nTo: " + house + "\r\nSubject: =?utf-8?q?Pi=C3=A8ces?=\r\nMessage-ID: <" + id + "@e.test>\r\nMIME-Version: 1.0\r\n")
	b.WriteString("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Voici <img src=\"cid:logo@e\"></p>\r\n")
	b.WriteString("--b\r\nContent-Type: image/png; name=logo.png\r\nContent-ID: <logo@e>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n")
	for i := range files {
		fmt.Fprintf(&b, "--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=\"note %d.txt\"\r\n\r\nligne %d\r\n", i, i)
	}
	b.WriteString("--b--\r\n")
	return b.String()
}

func names(all []tickets.Attachment) string {
	var list []string
	for _, a := range all {
		list = append(list, a.Name)
	}
	return strings.Join(list, ", ")
}

func enclosed(t *testing.T, w *world) {
	m := w.deliver(mixed("lou@exemple.fr", "e1", 2))
	want(t, m, mailin.Filed, mailin.Open, mailin.NewRequest)
	said := w.last(m.Ticket)
	if got := names(said.Attachments); got != "logo.png, note 0.txt, note 1.txt" || w.ticket(m.Ticket).Subject != "Pièces" {
		t.Errorf("came with %s", got)
	}
	if got := string(w.file(said.Attachments[2])); strings.TrimSpace(got) != "ligne 1" {
		t.Errorf("holds %q", got)
	}
}

func manyEnclosed(t *testing.T, w *world) {
	raw := mixed("ann@academie.test", "e2", 40)
	m := w.deliver(raw)
	want(t, m, mailin.Filed, mailin.Open, mailin.NewRequest)
	files := w.last(m.Ticket).Attachments
	if len(files) != tickets.MaxFiles || files[tickets.MaxFiles-1].Name != "message.eml" || string(w.file(files[tickets.MaxFiles-1])) != raw {
		t.Errorf("came with %s", names(files))
	}
}

func heldEnclosed(t *testing.T, w *world) {
	ticket := w.open("ann", "Écran noir")
	raw := strings.Replace(mixed("paul@academie.test", "e3", 1), "=?utf-8?q?Pi=C3=A8ces?=", "["+ticket.ID.Label()+"]", 1)
	m := w.deliver(raw)
	want(t, m, mailin.Held, mailin.Hold, mailin.ReferenceUnproven)
	_, err := w.intake.Accept(w.as("theo"), m.ID, ticket.ID)
	must(t, err)
	if got := names(w.last(ticket.ID).Attachments); got != "logo.png, note 0.txt" {
		t.Errorf("came with %s", got)
	}
}

func wildHead(t *testing.T, w *world) {
	id := "Message-ID: <" + strings.Repeat("x", 5000) + "@w.test>"
	raw := write("ann@academie.test", house, "Nul \x00 et \xff\xfe", "Nul \x00 et \xff.", id)
	m := w.deliver(raw)
	want(t, m, mailin.Filed, mailin.Open, mailin.NewRequest)
	again := w.deliver("Received: from b.test\r\n" + raw)
	want(t, again, mailin.Ignored, mailin.Repeated, mailin.SeenBefore)
	long := w.deliver(write("ann@academie.test", house, strings.Repeat("é", 900), strings.Repeat("long é ", 40_000), "Message-ID: <w2@w.test>"))
	want(t, long, mailin.Filed, mailin.Open, mailin.NewRequest)
	if files := names(w.last(long.Ticket).Attachments); files != "message.eml" {
		t.Errorf("what does not fit is lost: %q", files)
	}
	nobody := w.deliver(write("\"no such\" <a b@>", house, "Qui ?", "Moi.", "Message-ID: <w3@w.test>"))
	want(t, nobody, mailin.Held, mailin.Hold, mailin.NoSender)
	endless := w.deliver(write(strings.Repeat("a", 300)+"@exemple.fr", house, "Qui ?", "Moi.", "Message-ID: <w4@w.test>"))
	want(t, endless, mailin.Held, mailin.Hold, mailin.NoSender)
	if to, err := w.intake.Accept(w.as("theo"), endless.ID, 0); err != nil || w.ticket(to).Requester != w.person("theo").ID {
		t.Errorf("accepted: %v", err)
	}
}

func onlyForwarded(t *testing.T, w *world) {
	m := w.deliver(write("ann@academie.test", house, "TR: Panne", "-----Message d'origine-----\nDe : Paul <paul@academie.test>\nEnvoyé : mardi 17 novembre 2026 10:00\nÀ : Ann\nObjet : Panne\n\nLe serveur ne répond plus.", "Message-ID: <e5@e.test>"))
	want(t, m, mailin.Filed, mailin.Open, mailin.NewRequest)
	if said := w.last(m.Ticket); !strings.Contains(said.Body+said.Quoted, "Le serveur ne répond plus.") || said.Body == "" {
		t.Errorf("says %+v", said)
	}
}

func tooLarge(t *testing.T, w *world) {
	head := write("ann@academie.test", house, "Photos", "", "Message-ID: <e6@e.test>")
	id, err := w.intake.Receive(t.Context(), mailin.Raw{Source: "imap:x", Key: "1/1", Bytes: []byte(head), Size: 60 << 20})
	must(t, err)
	w.drain()
	m := w.inbound(id)
	want(t, m, mailin.Ignored, mailin.Refuse, mailin.LetterTooBig)
	told := w.letters("ann@academie.test")
	if len(told) != 1 || !strings.Contains(told[0].Text, "25") || m.Size != 60<<20 || w.tickets() != 0 {
		t.Errorf("told %+v, %d tickets", told, w.tickets())
	}
}
