package mailin

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"amigo/app/fault"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/tickets"
)

// tokenLife is how long after a ticket was closed its signed addresses and ids
// still speak for themselves.
const tokenLife = 365 * 24 * time.Hour

// whether a look at what is known counts in the loop budget.
const (
	counting  = true
	tentative = false
)

// knowledge is what is known, the letter of ours that a report speaks of, and by
// what rules.
type knowledge struct {
	Known
	relatives
	returned mail.Letter
	sender   people.Actor // the sender, where that is known at a glance
	rules    Rules
	begun    []Silence // that this letter began
}

// closed says whether the ticket that the letter points to changes no more.
func (k knowledge) closed() bool {
	return k.Signed != nil && k.Signed.LongClosed || k.Signed == nil && k.Named != nil && k.Named.LongClosed
}

// know gathers everything besides the letter that [Judge] needs.
func (in *Intake) know(ctx context.Context, m message, count bool) (k knowledge, err error) {
	defer fault.Wrap(&err, "know")
	l := m.letter
	k.AuthservID, k.Trusted = in.conf.AuthservID, m.row.Trusted
	if k.rules, err = in.rules.Get(ctx); err != nil {
		return k, err
	}
	k.Monitor, k.Blocked, k.Guests = listed(k.rules.Monitors, l.From), listed(k.rules.Blocked, l.From), k.rules.Guests
	for _, look := range []func(context.Context, message, *knowledge) error{
		in.knowRelatives, in.knowOwn, in.knowSender, in.knowDomain, in.knowSigned, in.knowNamed, in.knowReturned,
	} {
		if err := look(ctx, m, &k); err != nil {
			return k, err
		}
	}
	if count {
		err = in.knowBudget(ctx, m, &k)
	}
	return k, err
}

// knowRelatives reads what the letter has to do with, and says whether it was here
// before, for the same address of ours: a pipe and a mailbox do not always know for
// which.
func (in *Intake) knowRelatives(ctx context.Context, m message, k *knowledge) (err error) {
	if k.relatives, err = in.store.relatives(ctx, m, elderIDs(m.letter)); err != nil {
		return err
	}
	if k.own != Received {
		return errOvertaken
	}
	for _, t := range k.twins {
		switch {
		case t.Recipient != "" && m.recipient != "" && t.Recipient != shown(m.recipient):
		case t.BodyHash == m.bodyHash:
			k.Before = SeenSame
			return nil
		default:
			k.Before = SeenOther
		}
	}
	return nil
}

// knowOwn says whether we wrote it ourselves.
func (in *Intake) knowOwn(ctx context.Context, m message, k *knowledge) error {
	if in.ours(m.letter.From) {
		k.Own = true
		return nil
	}
	_, found, err := in.sent(ctx, m.letter.MessageID)
	k.Own = found
	return err
}

// sent finds the letter that we sent under a Message-ID. Every other id is
// somebody else's, and not asked for.
func (in *Intake) sent(ctx context.Context, id string) (l mail.Letter, found bool, err error) {
	_, home, _ := cutAddress(in.conf.Address)
	if id = idKey(id); home == "" || !strings.HasSuffix(id, "@"+home) {
		return mail.Letter{}, false, nil
	}
	l, err = in.outbox.ByMessageID(ctx, id)
	if errors.Is(err, fault.NotFound) {
		return mail.Letter{}, false, nil
	}
	return l, err == nil, err
}

// knowSender says whom the first From address belongs to.
func (in *Intake) knowSender(ctx context.Context, m message, k *knowledge) error {
	if m.letter.From == "" {
		return nil
	}
	s, err := in.people.SenderAt(ctx, m.letter.From)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	k.sender = s.Actor()
	k.Sender = Party{Person: s.Person, Kind: s.Kind, Role: s.Role, Disabled: s.Disabled}
	if s.Kind == people.School && len(s.Establishments) > 0 {
		k.Sender.Establishment = s.Establishments[0]
	}
	return err
}

// knowDomain says whether the directory has addresses in the sender's domain,
// which counts only where our mail server found the sender forged.
func (in *Intake) knowDomain(ctx context.Context, m message, k *knowledge) (err error) {
	switch {
	case k.Sender.inDirectory():
		k.Directory = true
	case Authentication(m.letter, k.AuthservID, k.Trusted) == AuthFail:
		k.Directory, err = in.people.HasDomain(ctx, domainOf(m.letter.From))
	}
	return err
}

// knowSigned finds the ticket of a signed reply address or of one of our ids;
// of several, the one that was made for the sender.
func (in *Intake) knowSigned(ctx context.Context, m message, k *knowledge) error {
	tokens, staff, err := in.tokens(ctx, m)
	if err != nil {
		return err
	}
	for _, token := range tokens {
		recipient, err := in.recipient(ctx, m, token.Person, k.Sender.Person)
		if err != nil {
			return err
		}
		theirs := recipient != 0 && recipient == k.Sender.Person
		if k.Signed != nil && !theirs {
			continue
		}
		t, err := in.threadOn(ctx, token.Ticket, m.letter.From, k.Sender)
		if err != nil {
			return err
		}
		if t != nil {
			t.Recipient, t.Staff = recipient, staff[token.Ticket]
			k.Signed = t
		}
		if theirs && t != nil {
			return nil
		}
	}
	return nil
}

// tokens are the secrets of ours that a message bears: signed addresses first,
// then the ids of our letters, the newest first. staff are the tickets that no
// signed address names, and on which the newest of these letters was for staff.
func (in *Intake) tokens(ctx context.Context, m message) (all []tickets.ReplyToken, staff map[tickets.ID]bool, err error) {
	l := m.letter
	staff = map[tickets.ID]bool{}
	for _, a := range slices.Concat(m.row.EnvelopeTo, l.DeliveredTo, l.To, l.Cc) {
		if t, ok := in.desk.OpenReplyAddress(a); ok && !slices.Contains(all, t) {
			all, staff[t.Ticket] = append(all, t), false
		}
	}
	ids := slices.Concat(l.References, l.InReplyTo)
	for _, id := range slices.Backward(ids) {
		sent, found, err := in.sent(ctx, id)
		if err != nil {
			return nil, nil, err
		}
		t := tickets.ReplyToken{Ticket: tickets.ID(sent.Ticket), Person: people.ID(sent.Person)}
		if !found || t.Ticket == 0 {
			continue
		}
		if _, known := staff[t.Ticket]; !known {
			staff[t.Ticket] = in.forStaff(sent)
		}
		if !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	return all, staff, nil
}

// forStaff says whether what staff answer to a letter of ours is not for who asked:
// by its kind, as for those who work the ticket, or because it invites no answer.
func (in *Intake) forStaff(l mail.Letter) bool {
	invites := slices.ContainsFunc(bare(parseAddresses(l.Headers["Reply-To"], 1)), func(a string) bool {
		_, signed := in.desk.OpenReplyAddress(a)
		return signed
	})
	return tickets.ForStaff(l.Kind) || !invites
}

// recipient is whom a token was made for. A guest who claimed the sender's
// address is the sender as far as the address goes, see [people.Directory.Unproven].
func (in *Intake) recipient(ctx context.Context, m message, made, sender people.ID) (people.ID, error) {
	if made == sender || sender == 0 {
		return made, nil
	}
	p, err := in.people.Get(ctx, made)
	if errors.Is(err, fault.NotFound) {
		return made, nil
	}
	if err == nil && p.Kind == people.Guest && p.Email == m.letter.From {
		return sender, nil
	}
	return made, err
}

// knowNamed finds the ticket of the reference in the subject, or else of the
// conversation that the letter goes on with.
func (in *Intake) knowNamed(ctx context.Context, m message, k *knowledge) (err error) {
	if id, ok := SubjectRef(m.letter.Subject); ok {
		if k.Named, err = in.threadOn(ctx, id, m.letter.From, k.Sender); err != nil || k.Named != nil {
			return err
		}
	}
	ids := elderIDs(m.letter)
	for _, before := range k.conversation {
		t, err := in.threadOn(ctx, before.Ticket, m.letter.From, k.Sender)
		if err != nil {
			return err
		}
		// An answer to a letter that we have is about its ticket. To have the same
		// beginning means less: a mailing list gives it to many.
		if t != nil && (t.Participates || slices.Contains(ids, before.MessageID)) {
			k.Named = t
			return nil
		}
	}
	return in.knowCalled(ctx, m, k)
}

// knowCalled finds the ticket that a third party names by its own reference.
func (in *Intake) knowCalled(ctx context.Context, m message, k *knowledge) error {
	if k.Sender.Person == 0 || k.Signed != nil {
		return nil
	}
	id, err := in.desk.CalledByThem(ctx, k.Sender.Person, m.letter.Subject)
	if err != nil || id == 0 {
		return err
	}
	k.Named, err = in.threadOn(ctx, id, m.letter.From, k.Sender)
	return err
}

// survivor is a ticket, or the one that it was merged into in the end.
func (in *Intake) survivor(ctx context.Context, id tickets.ID) (t tickets.Ticket, err error) {
	t, err = in.desk.Get(ctx, id)
	for range 10 { // merged again and again
		if err != nil || t.MergedInto == 0 {
			break
		}
		t, err = in.desk.Get(ctx, t.MergedInto)
	}
	return t, err
}

// threadOn is a ticket as the rules see it, nil when there is none.
func (in *Intake) threadOn(ctx context.Context, id tickets.ID, from string, sender Party) (*Thread, error) {
	t, err := in.survivor(ctx, id)
	if errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	thread := &Thread{Ticket: id}
	if t.ID != id {
		thread.Survivor = t.ID
	}
	thread.LongClosed = t.Status == tickets.Closed
	thread.Expired = t.ClosedAt != nil && in.db.Now(ctx).Sub(*t.ClosedAt) > tokenLife
	if _, thread.ThirdParty, err = in.desk.ThirdPartyAt(ctx, t.ID, from); err != nil {
		return nil, err
	}
	if sender.Person != 0 {
		thread.Participates, err = in.desk.Participates(ctx, t.ID, sender.Person)
	}
	return thread, err
}

// knowReturned finds the letter of ours that a delivery report speaks of.
func (in *Intake) knowReturned(ctx context.Context, m message, k *knowledge) error {
	if m.letter.Bounce == nil {
		return nil
	}
	for _, id := range slices.Concat([]string{m.letter.Bounce.OriginalMessageID}, m.letter.InReplyTo, m.letter.References) {
		sent, found, err := in.sent(ctx, id)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		k.returned = sent
		k.Returned = &SentLetter{Address: sent.Address}
		if sent.Ticket == 0 {
			return nil
		}
		t, err := in.survivor(ctx, tickets.ID(sent.Ticket))
		k.Returned.Ticket = t.ID
		return err
	}
	return nil
}
