package web

import (
	"context"
	"strings"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	drafts "amigo/tickets/draft"
	"amigo/web/ui"
)

// pad is what the reader of a ticket writes on it, as the server keeps it, and what
// helps to write.
type pad struct {
	leaving   []drafts.Draft
	kept      map[drafts.Place]drafts.Draft
	templates []drafts.Template
	signature string
}

// padOf reads what the reader writes on a ticket.
func (s *Server) padOf(ctx context.Context, id tickets.ID) (p pad, err error) {
	p.kept = map[drafts.Place]drafts.Draft{}
	all, err := s.Drafts.Of(ctx, id)
	if err != nil {
		return p, err
	}
	for _, d := range all {
		if d.Leaving() {
			p.leaving = append(p.leaving, d)
		} else {
			p.kept[d.Place] = d
		}
	}
	if !people.ActorOf(ctx).Is(people.Technician) {
		return p, nil
	}
	if p.templates, err = s.Drafts.Templates(ctx); err != nil {
		return p, err
	}
	p.signature, err = s.Drafts.Signature(ctx)
	return p, err
}

// resumed is a draft of a page, filled with what the server keeps where the page was
// just opened.
func (s *Server) resumed(ctx context.Context, look tickets.Look, d draft) (draft, error) {
	p, err := s.padOf(ctx, look.Ticket.ID)
	if err != nil {
		return d, err
	}
	d.pad = p
	kept, there := p.kept[d.place()]
	switch {
	case d.do == doForward:
		return d.forwarding(ctx, look), nil
	case d.typed:
		d.forward = filesNamed(look, strings.Join(d.along, " "))
		if d.saved == "" && there {
			d.saved = number(int64(kept.Version))
		}
	case there && d.kind == "":
		d = d.from(ctx, kept, look)
	}
	if solution := p.kept[drafts.Solve]; d.do == "" {
		d = d.back(ctx, solution)
	}
	return d, nil
}

// place is the form in which a draft of a page is written.
func (d draft) place() drafts.Place {
	if d.do == doSolve {
		return drafts.Solve
	}
	return drafts.Reply
}

// from fills the page with a draft that the server keeps.
func (d draft) from(ctx context.Context, kept drafts.Draft, look tickets.Look) draft {
	d.body, d.kept, d.aside, d.saved = kept.Words, kept.Files, kept.Aside, number(int64(kept.Version))
	d.kind, d.party = kept.With[drafts.Kind], kept.With[drafts.Party]
	d.address, d.name = kept.With[drafts.Address], kept.With[drafts.Name]
	d.outcome, d.cause = kept.With[drafts.Outcome], kept.With[drafts.Cause]
	d.forward = filesNamed(look, kept.With[drafts.Forward])
	return d.back(ctx, kept)
}

// back says over the page why a draft was not sent, and marks what came meanwhile.
func (d draft) back(ctx context.Context, kept drafts.Draft) draft {
	if kept.Problem == nil || d.problem != "" {
		return d
	}
	t := i18n.From(ctx)
	d.problem, d.unread = t.T("composer.back.title", "Why", t.Say(*kept.Problem)), kept.Seen
	return d
}

// doForward opens the composer with a message of the ticket, for a third party.
const doForward = "forward"

// forwarding fills the composer with a message and its files, to be sent outside.
// What was being written there is set aside once this is kept.
func (d draft) forwarding(ctx context.Context, look tickets.Look) draft {
	d.do = ""
	t := i18n.From(ctx)
	for _, m := range look.Messages {
		if number(m.ID) != d.who {
			continue
		}
		d.kind, d.forward = "consult", m.Attachments
		quoted := "> " + strings.ReplaceAll(m.Body, "\n", "\n> ")
		d.body = "\n\n" + t.T("composer.forward.intro", "When", t.Date(m.CreatedAt), "Clock", t.Clock(m.CreatedAt)) + "\n" + quoted
	}
	return d
}

// filesNamed are those files of a ticket's messages that a field names.
func filesNamed(look tickets.Look, numbers string) (files []tickets.Attachment) {
	for wanted := range strings.FieldsSeq(numbers) {
		for _, m := range look.Messages {
			for _, a := range m.Attachments {
				if number(a.ID) == wanted {
					files = append(files, a)
				}
			}
		}
	}
	return files
}

// composer is where a technician answers.
func (s *Server) composer(ctx context.Context, t tickets.Ticket, d draft, l timeline, messages []tickets.Message) ui.Composer {
	p := i18n.From(ctx)
	c := ui.Composer{
		Action: "/tickets/" + t.ID.Ref() + "/reply", CSRF: s.csrf(ctx), Notes: true, Kind: d.kind,
		Error: d.says(ctx, "body", "then", "files", "party"), Draft: replyDraft(t.ID), Limit: tickets.MaxFile,
		To: p.T("web.composer.to", "Name", l.cast.name(t.Requester)), Hidden: seen(messages), Present: s.besides(ctx, t.ID),
		Ticket: t.ID.Ref(), Signature: d.pad.signature, Limits: limitsOf(p),
	}
	shown := d
	if d.do == doSolve {
		shown = draft{} // it is not drawn
	}
	c.Body, c.State = shown.body, draftState(shown.keeping(ctx, "composer"))
	for _, one := range d.pad.templates {
		c.Templates = append(c.Templates, templateOption(p, one))
	}
	if t.Status == tickets.Closed {
		c.Kind, c.To = "note", p.T("web.composer.closed")
	} else if !t.Status.Over() && t.Status != tickets.WaitingRequester {
		c.Others = []ui.Button{{Label: p.T("web.composer.ask"), Name: "then", Value: string(tickets.WaitingRequester)}}
	}
	l.consulting(ctx, t, d, &c)
	return c
}

// consulting lets the composer write to third parties: those of the ticket, or one
// that is added on the way.
func (l timeline) consulting(ctx context.Context, t tickets.Ticket, d draft, c *ui.Composer) {
	if t.Status == tickets.Closed {
		return
	}
	p := l.tell.t
	c.Outside, c.Party = true, d.party
	for _, party := range l.parties {
		label := party.Name + " <" + party.Address + ">"
		c.Parties = append(c.Parties, ui.Option{Value: number(party.Person), Label: joined(label, party.Reference)})
	}
	if len(c.Parties) > 0 {
		c.Parties = append(c.Parties, ui.Option{Value: "0", Label: p.T("composer.party.another")})
	}
	if d.address != "" && d.party == "" {
		c.Party = "0"
	}
	c.Address = ui.Field{
		Name: "address", ID: "composer-address", Label: p.T("composer.party.address"), Value: d.address, Type: "email", Autocomplete: "off", Optional: true,
	}
	c.Name = ui.Field{
		Name: "name", ID: "composer-name", Label: p.T("composer.party.name"), Value: d.name, Optional: true, Autocomplete: "off", MaxLength: tickets.MaxPartyName,
	}
	if d.typed {
		c.Address.Error, c.Name.Error = d.says(ctx, "address"), d.says(ctx, "name")
	}
	for _, a := range d.forward {
		c.Along = append(c.Along, ui.Option{Value: number(a.ID), Label: a.Name, Hint: p.Size(a.Size), Chosen: true})
	}
	if !t.Status.Over() && t.Status != tickets.WaitingThirdParty {
		c.Asides = []ui.Button{{Label: p.T("circle.consult_wait"), Name: "then", Value: string(tickets.WaitingThirdParty)}}
	}
}

// limitsOf says what files a message may hold, before any is chosen.
func limitsOf(p *i18n.Printer) string {
	return p.T("composer.files.limits", "Max", p.Size(tickets.MaxFile), "Files", tickets.MaxFiles, "Total", p.Size(tickets.MaxMessageSize))
}

// seen names the newest message that stands on the page: an answer to what is
// no longer the last word is stopped.
func seen(messages []tickets.Message) map[string]string {
	if len(messages) == 0 {
		return nil
	}
	return map[string]string{"seen": number(messages[len(messages)-1].ID)}
}

// keptView is what the server keeps of a form.
type keptView struct {
	form    string // its id
	version string
	kept    []keptFile
	aside   []string
	said    string // "Brouillon gardé à 9 h 12"
	gone    bool   // it was sent or let go elsewhere
}

// keeping is what the server keeps of the form in which a draft is written.
func (d draft) keeping(ctx context.Context, form string) keptView {
	v := keptView{form: form, version: d.saved, kept: keptFiles(d.kept), aside: d.aside}
	if d.saved != "" && !d.typed {
		v.said = i18n.From(ctx).T("composer.draft.resumed")
	}
	return v
}

// templateOption is a template to choose.
func templateOption(p *i18n.Printer, t drafts.Template) ui.Option {
	o := ui.Option{Value: number(t.ID), Label: t.Name, Group: p.T("composer.template.group." + shareOf(t))}
	if t.Lang != p.Lang() {
		o.Label += " (" + t.Lang + ")"
	}
	return o
}

// shareOf says whose a template is: "own", "team" or "all".
func shareOf(t drafts.Template) string {
	switch {
	case t.Owner != 0:
		return "own"
	case t.Team != 0:
		return "team"
	}
	return "all"
}
