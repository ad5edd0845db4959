package web

import (
	"context"
	"strings"
	"sync"
	"time"

	"amigo/app/i18n"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/app/trouble"
	"amigo/mailin"
	"amigo/web/ui"
)

// healthLine is how one line of mail stands, in words.
type healthLine struct {
	name   string
	mark   ui.Mark
	advice string // what to do, when something is wrong
	raw    string // what the machine says
}

const (
	staleAfter   = 15 * time.Minute // for longer no mailbox is left alone by a process that runs
	worthTelling = 2 * time.Minute  // what fails for less mends itself
	lookAgain    = 10 * time.Second // the line at home is made of one look
	refusedSince = 24 * time.Hour
)

// mailHealth says how every way in stands, then how letters go out.
func (s *Server) mailHealth(ctx context.Context) ([]healthLine, error) {
	t, now := i18n.From(ctx), s.DB.Now(ctx)
	sources, err := s.Intake.Sources(ctx)
	if err != nil {
		return nil, err
	}
	var all []healthLine
	for _, source := range sources {
		l := healthLine{name: sourceName(t, source), mark: ui.Mark{Meaning: ui.Done}}
		isBox := strings.HasPrefix(source.Source, "imap:")
		switch silent := now.Sub(source.WellAt); {
		case source.Fails():
			l = l.failing(t, source.State, now)
		case !source.Used() && isBox:
			l.mark = ui.Mark{Meaning: ui.Paused, Word: t.T("health.unread")}
		case !source.Used():
			l.mark = ui.Mark{Meaning: ui.Calm, Word: t.T("health.quiet")}
		case isBox && silent > staleAfter:
			l.mark, l.advice = ui.Mark{Meaning: ui.Soon, Word: t.T("health.stale", "For", lasting(t, silent))}, t.T("health.stale_text")
		case isBox:
			l.mark.Word = t.T("health.read", "For", lasting(t, silent))
		default:
			l.mark.Word = t.T("health.took", "For", lasting(t, silent))
		}
		all = append(all, l)
	}
	letters, err := s.lettersHealth(ctx)
	if letters != nil {
		all = append(all, *letters)
	}
	return all, err
}

// lettersHealth says how letters go out; nil where they stay to be read.
func (s *Server) lettersHealth(ctx context.Context) (*healthLine, error) {
	if !s.Outbox.Sends() {
		return nil, nil
	}
	t, now := i18n.From(ctx), s.DB.Now(ctx)
	state, err := s.Outbox.Trouble(ctx)
	if err != nil {
		return nil, err
	}
	l := healthLine{name: t.T("health.letters"), mark: ui.Mark{Meaning: ui.Done}}
	switch {
	case state.Fails():
		l = l.failing(t, state, now)
		counts, err := s.Outbox.Figures(ctx)
		if err != nil {
			return nil, err
		}
		if n := counts.Letters[mail.Queued]; n > 0 {
			l.advice += " " + t.N("health.waiting", n)
		}
	case !state.Used():
		l.mark = ui.Mark{Meaning: ui.Calm, Word: t.T("health.unreached")}
	default:
		l.mark.Word = t.T("health.reached", "For", lasting(t, now.Sub(state.WellAt)))
	}
	return &l, nil
}

// failing says since when and why, what to do, and what the machine says.
func (l healthLine) failing(t *i18n.Printer, state trouble.State, now time.Time) healthLine {
	cause := state.Cause()
	l.mark = ui.Mark{Meaning: ui.Late, Word: t.T("health.failing", "For", lasting(t, now.Sub(state.Since)), "Cause", t.Say(cause.Sentence()))}
	l.advice, l.raw = t.Say(cause.Advice()), state.Error
	if state.Failures > 1 {
		l.advice += " " + t.N("health.tries", state.Failures)
	}
	return l
}

// sourceName is what people call a source.
func sourceName(t *i18n.Printer, s mailin.Standing) string {
	kind, name, _ := strings.Cut(s.Source, ":")
	switch kind {
	case "smtp", "lmtp":
		return t.T("health.source." + kind)
	case "imap":
		return t.T("health.source.mailbox", "Name", name)
	case "pipe":
		return t.T("health.source.pipe", "Name", name)
	}
	return t.T("health.source.stray", "Name", s.Source)
}

// lasting says a span of time in its largest unit.
func lasting(t *i18n.Printer, d time.Duration) string {
	unit, size := "seconds", time.Second
	switch {
	case d >= 48*time.Hour:
		unit, size = "days", 24*time.Hour
	case d >= 2*time.Hour:
		unit, size = "hours", time.Hour
	case d >= 2*time.Minute:
		unit, size = "minutes", time.Minute
	}
	return t.T("health.for."+unit, "Amount", t.Int(int(max(0, d)/size)))
}

// troubled is what is wrong with mail, for those who pass by.
type troubled struct {
	sources         []mailin.Standing // that fail for long enough
	letters         trouble.State
	failed, refused int
}

// troubleCache keeps one look for all who pass by within some seconds.
type troubleCache struct {
	mu   sync.Mutex
	at   time.Time
	seen troubled
}

// troubles looks what is wrong, or gives the last look.
func (s *Server) troubles(ctx context.Context) (troubled, error) {
	c, now := &s.trouble, s.DB.Now(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if since := now.Sub(c.at); !c.at.IsZero() && since >= 0 && since < lookAgain {
		return c.seen, nil
	}
	seen, err := s.lookForTrouble(ctx, now)
	if err == nil {
		c.seen, c.at = seen, now
	}
	return seen, err
}

func (s *Server) lookForTrouble(ctx context.Context, now time.Time) (found troubled, err error) {
	sources, err := s.Intake.Sources(ctx)
	if err != nil {
		return found, err
	}
	for _, source := range sources {
		if source.Fails() && now.Sub(source.Since) >= worthTelling {
			found.sources = append(found.sources, source)
		}
	}
	if found.letters, err = s.Outbox.Trouble(ctx); err != nil {
		return found, err
	}
	if found.letters.Fails() && now.Sub(found.letters.Since) < worthTelling {
		found.letters = trouble.State{}
	}
	received, err := s.Intake.Figures(ctx)
	if err != nil {
		return found, err
	}
	found.failed = received.Messages[mailin.Failed]
	found.refused, err = s.Outbox.RefusedSince(ctx, now.Add(-refusedSince))
	return found, err
}

// troubleLine is what is wrong with mail where supervisors and administrators
// pass every day, in a few sentences, with the way to see more.
type troubleLine struct{ words, href string }

// troubleLine is nil where nothing is wrong, and for everyone else.
func (s *Server) troubleLine(ctx context.Context) (*troubleLine, error) {
	if !people.ActorOf(ctx).Is(people.Supervisor) {
		return nil, nil
	}
	found, err := s.troubles(ctx)
	if err != nil {
		return nil, err
	}
	t, now := i18n.From(ctx), s.DB.Now(ctx)
	var words []string
	if n := len(found.sources); n > 0 {
		first := found.sources[0]
		words = append(words, t.T("health.line.source", "Name", sourceName(t, first),
			"For", lasting(t, now.Sub(first.Since)), "Cause", t.Say(first.Cause().Sentence())))
		if n > 1 {
			words = append(words, t.N("health.others", n-1))
		}
	}
	if found.letters.Fails() {
		words = append(words, t.T("health.line.letters",
			"For", lasting(t, now.Sub(found.letters.Since)), "Cause", t.Say(found.letters.Cause().Sentence())))
	}
	if found.failed > 0 {
		words = append(words, t.N("health.failed", found.failed))
	}
	if found.refused > 0 {
		words = append(words, t.N("health.refused", found.refused))
	}
	if len(words) == 0 {
		return nil, nil
	}
	return &troubleLine{words: strings.Join(words, " "), href: "/admin/mail"}, nil
}

// healthFacts are the lines as a list of terms.
func healthFacts(lines []healthLine) []ui.Fact {
	facts := make([]ui.Fact, len(lines))
	for i, l := range lines {
		facts[i] = ui.Fact{Term: l.name, Body: l.view()}
	}
	return facts
}
