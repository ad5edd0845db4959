package web

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/tickets/bulk"
	"amigo/web/ui"
)

// bulkView is a change of many tickets.
type bulkView struct {
	title, count string
	csrf, path   string
	mark         ui.Mark
	more         string    // the view held more than can be changed
	form         *bulkForm // what is to become of them; nil: that is settled
	asked        []string  // what is to become of them, in words
	example      string    // what a requester will read
	exampleOn    string
	letters      string // how many will read it
	merge        string // what cannot be undone
	start        string // the word of the button
	resume       bool
	again        bool // what is to become of them can still be changed
	progress     *bulkProgress
	tally        []ui.Mark
	ways         []ui.NavItem
	table        ui.Table
	pager        ui.Pager
}

// bulkProgress is how far a change has come.
type bulkProgress struct {
	path, words, label string
	done, total        int
	running            bool
}

// bulkLines is how many tickets stand on a page of a change.
const bulkLines = 50

// bulkView gathers what stands on the page of a change.
func (s *Server) bulkView(c echo.Context, b bulk.Bulk, sent *bulkSent) (v bulkView, err error) {
	ctx := c.Request().Context()
	t, own := i18n.From(ctx), people.ActorOf(ctx).Person == b.Author
	v = bulkView{
		title: t.T("bulk.one_title", "Number", number(b.ID)), count: t.N("bulk.selected", b.Total),
		csrf: s.csrf(ctx), path: bulkPath(b.ID), mark: bulkMark(t, b.State),
	}
	if b.More {
		v.more = t.N("bulk.more", b.Total)
	}
	if v.asked, err = s.askedWords(ctx, b.Action); err != nil {
		return v, err
	}
	tally, err := s.Bulks.Tally(ctx, b.ID)
	if err != nil {
		return v, err
	}
	draft := b.State == bulk.Draft && own
	if draft && (sent != nil || !b.Planned() || c.QueryParam("change") != "") {
		if v.form, err = s.bulkForm(ctx, b, sent); err != nil {
			return v, err
		}
	} else if draft {
		if err := s.previewInto(ctx, &v, b, tally); err != nil {
			return v, err
		}
	}
	v.resume = b.State == bulk.Stopped && own && tally[bulk.Waiting] > 0
	if b.State != bulk.Draft {
		if v.progress, err = s.bulkProgressOf(ctx, b); err != nil {
			return v, err
		}
	}
	if b.Planned() && sent == nil {
		v.tally, v.ways = tallyMarks(t, tally), fateWays(t, v.path, c.QueryParams(), tally)
	}
	return v, s.bulkTable(c, &v, b, sent == nil)
}

// previewInto adds what one must know before one lets it happen.
func (s *Server) previewInto(ctx context.Context, v *bulkView, b bulk.Bulk, tally bulk.Tally) (err error) {
	t := i18n.From(ctx)
	v.again = true
	if n := tally[bulk.Waiting]; n > 0 {
		v.start = t.N("bulk.apply", n)
		if b.Action.Text != "" {
			v.letters = t.N("bulk.letters", n)
		}
	}
	if b.Action.Into != 0 {
		v.merge = t.T("bulk.merge_warn", "Ref", b.Action.Into.Label())
	}
	text, on, err := s.Bulks.Example(ctx, b)
	if text != "" {
		v.example, v.exampleOn = text, t.T("bulk.example", "Ref", on.Ref())
	}
	return err
}

// bulkProgressOf is how far a change has come, in words and figures.
func (s *Server) bulkProgressOf(ctx context.Context, b bulk.Bulk) (*bulkProgress, error) {
	tally, err := s.Bulks.Tally(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	t, done := i18n.From(ctx), b.Total-tally[bulk.Waiting]
	return &bulkProgress{
		path: bulkPath(b.ID), label: t.T("bulk.running"), done: done, total: b.Total, running: b.State == bulk.Running,
		words: t.T("bulk.progress", "Done", t.Int(done), "Total", t.Int(b.Total)),
	}, nil
}

// moveBulk starts or stops a change, and leads back to it.
func (s *Server) moveBulk(c echo.Context, said string, move func(context.Context, bulk.ID) error) error {
	ctx := c.Request().Context()
	id, err := numbered(c)
	if err != nil {
		return err
	}
	if err := move(ctx, bulk.ID(id)); err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T(said)})
	return seeOther(c, bulkPath(bulk.ID(id)))
}

// bulkMark is where a change stands.
func bulkMark(t *i18n.Printer, state bulk.State) ui.Mark {
	meaning := map[bulk.State]ui.Meaning{bulk.Running: ui.Calm, bulk.Done: ui.Done, bulk.Stopped: ui.Late, bulk.Draft: ui.Paused}
	return ui.Mark{Meaning: meaning[state], Word: t.T("bulk.state." + string(state))}
}

// fateMeaning is what a fate means, by colour and shape.
var fateMeaning = map[bulk.Fate]ui.Meaning{bulk.Refused: ui.Late, bulk.Waiting: ui.Calm, bulk.Changed: ui.Done, bulk.Unchanged: ui.Paused}

func tallyMarks(t *i18n.Printer, tally bulk.Tally) (marks []ui.Mark) {
	for _, fate := range bulk.Fates {
		if n := tally[fate]; n > 0 {
			marks = append(marks, ui.Mark{Meaning: fateMeaning[fate], Word: t.N("bulk.tally."+string(fate), n)})
		}
	}
	return marks
}

// fateWays lead to the tickets of one fate.
func fateWays(t *i18n.Printer, path string, ask url.Values, tally bulk.Tally) []ui.NavItem {
	now, _ := fateAsked(ask)
	ways := []ui.NavItem{{Label: t.T("bulk.every"), Href: path, Current: now == ""}}
	for _, fate := range bulk.Fates {
		if tally[fate] > 0 {
			ways = append(ways, ui.NavItem{Label: t.T("bulk.fate." + string(fate)), Href: path + "?fate=" + string(fate), Current: now == fate})
		}
	}
	if len(ways) == 2 {
		return nil // there is one answer
	}
	return ways
}

// bulkTable adds the tickets, each with what becomes of it.
func (s *Server) bulkTable(c echo.Context, v *bulkView, b bulk.Bulk, judged bool) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	fate, after := fateAsked(c.QueryParams())
	lines, next, err := s.Bulks.Lines(ctx, b.ID, fate, after, bulkLines)
	if err != nil {
		return err
	}
	words, err := s.wordsOf(ctx, lines, b.Action)
	if err != nil {
		return err
	}
	judged = judged && b.Planned()
	v.table = ui.Table{Caption: t.T("bulk.lines"), Stacked: true, Columns: []ui.Column{{Label: t.T("bulk.column_ticket")}, {Label: t.T("bulk.column_subject"), Prose: true}}}
	if judged {
		v.table.Columns = append(v.table.Columns, ui.Column{Label: t.T("bulk.column_result"), Prose: true})
	}
	for _, l := range lines {
		row := []ui.Cell{{Text: "#" + l.Ticket.ID.Ref(), Href: "/tickets/" + l.Ticket.ID.Ref()}, {Text: l.Ticket.Subject}}
		if judged {
			row = append(row, ui.Cell{Body: words.result(b, l)})
		}
		v.table.Rows = append(v.table.Rows, row)
	}
	page := func(after tickets.ID) string {
		q := url.Values{}
		if fate != "" {
			q.Set("fate", string(fate))
		}
		if after > 0 {
			q.Set("after", strconv.FormatInt(int64(after), 10))
		}
		return (&url.URL{Path: v.path, RawQuery: q.Encode()}).String()
	}
	if after > 0 {
		v.pager.Earlier = page(0)
	}
	if next > 0 {
		v.pager.Later = page(next)
	}
	return nil
}

// bulkWords are the words for what changes.
type bulkWords struct {
	t       *i18n.Printer
	persons map[people.ID]people.Person
	teams   map[string]string
}

// wordsOf reads who and what appears in some lines and in an action.
func (s *Server) wordsOf(ctx context.Context, lines []bulk.Line, a bulk.Action) (w bulkWords, err error) {
	w = bulkWords{t: i18n.From(ctx), teams: map[string]string{}}
	var ids []people.ID
	if a.Assignee != nil {
		ids = append(ids, *a.Assignee)
	}
	for _, l := range lines {
		ids = append(ids, l.Ticket.Assignee)
	}
	if w.persons, err = s.People.Names(ctx, distinct(ids)); err != nil {
		return w, err
	}
	teams, err := s.People.Teams(ctx)
	for _, team := range teams {
		w.teams[number(team.ID)] = team.Name
	}
	return w, err
}

// value is a value of a field in words.
func (w bulkWords) value(field, value string) string {
	switch {
	case value == "" && field == bulk.FieldAssignee:
		return w.t.T("bulk.free")
	case value == "":
		return w.t.T("bulk.none")
	case field == bulk.FieldAssignee:
		id, _ := strconv.ParseInt(value, 10, 64)
		return w.persons[people.ID(id)].Name
	case field == bulk.FieldTeam:
		return w.teams[value]
	case field == bulk.FieldStatus:
		return w.t.Say(tickets.Status(value).Word())
	case field == bulk.FieldPriority:
		return w.t.Say(tickets.Priority(value).Word())
	case field == bulk.FieldCategory:
		return categoryName(w.t, value)
	case field == bulk.FieldInto:
		return "#" + value
	}
	return value
}

// result is what becomes of a ticket, and why.
func (w bulkWords) result(b bulk.Bulk, l bulk.Line) templ.Component {
	mark := ui.Mark{Meaning: fateMeaning[l.Fate], Word: w.t.T("bulk.fate." + string(l.Fate))}
	var more []string
	if l.Moved {
		mark, more = ui.Mark{Meaning: ui.Soon, Word: w.t.T("bulk.moved")}, nil
		return bulkResult(mark, more)
	}
	if l.Reason.Key != "" {
		more = append(more, w.t.Say(l.Reason))
	}
	for _, d := range l.Differences {
		more = append(more, w.t.T("bulk.change", "Field", w.t.T("bulk.label."+d.Field), "Before", w.value(d.Field, d.Before), "After", w.value(d.Field, d.After)))
	}
	if b.State == bulk.Draft && l.Fate == bulk.Waiting && b.Action.Text != "" {
		more = append(more, w.t.T("bulk.says"))
	}
	return bulkResult(mark, more)
}

// askedWords is what is to become of every ticket, in words.
func (s *Server) askedWords(ctx context.Context, a bulk.Action) (all []string, err error) {
	w, err := s.wordsOf(ctx, nil, a)
	if err != nil {
		return nil, err
	}
	say := func(label, value string) {
		if value != "" {
			all = append(all, w.t.T("bulk.asked", "Field", w.t.T("bulk.label."+label), "Value", value))
		}
	}
	plain := func(field, value string) {
		if value != "" {
			say(field, w.value(field, value))
		}
	}
	if a.Assignee != nil {
		say(bulk.FieldAssignee, w.value(bulk.FieldAssignee, number(*a.Assignee)))
	}
	plain(bulk.FieldTeam, number(a.Team))
	plain(bulk.FieldStatus, string(a.Status))
	plain(bulk.FieldPriority, string(a.Priority))
	plain(bulk.FieldCategory, a.Category)
	say("add_tags", strings.Join(a.AddTags, ", "))
	say("remove_tags", strings.Join(a.RemoveTags, ", "))
	say("message", firstLine(a.Text))
	plain(bulk.FieldInto, number(a.Into))
	return all, nil
}

// firstLine is the beginning of a text, for lists.
func firstLine(text string) string {
	const most = 80
	line, rest, _ := strings.Cut(text, "\n")
	if runes := []rune(line); len(runes) > most {
		return string(runes[:most]) + "…"
	} else if rest != "" {
		return line + " …"
	}
	return line
}

// bulkForm asks what is to become of the tickets.
type bulkForm struct {
	wrong                                                                string // with the whole of it
	assignee, team, status, priority, category, add, remove              ui.Field
	template, text, outcome, cause, into                                 ui.Field
	staff, teams, statuses, priorities, categories, templates, ends, why []ui.Option
}

func (f *bulkForm) fields() []ui.Field {
	return []ui.Field{f.assignee, f.team, f.status, f.priority, f.category, f.add, f.remove, f.template, f.text, f.outcome, f.cause, f.into}
}

// bulkForm is the form as it is filled: as it was sent, or as it was planned.
func (s *Server) bulkForm(ctx context.Context, b bulk.Bulk, sent *bulkSent) (*bulkForm, error) {
	t := i18n.From(ctx)
	values, wrong := plannedValues(b.Action), fault.Fields{}
	if sent != nil {
		values, wrong = sent.Values, sent.wrong
	}
	field := func(name string) ui.Field {
		f := ui.Field{Name: name, Label: t.T("bulk.label." + name), Value: values.Get(name), Optional: true, Tacit: true}
		if m, ok := wrong[name]; ok {
			f.Error = t.Say(m)
		}
		return f
	}
	choice := func(name string) ui.Field {
		f := field(name)
		f.Optional, f.None = false, t.T("bulk.keep")
		return f
	}
	f := &bulkForm{
		assignee: choice("assignee"), team: choice("team"), status: choice("status"), priority: choice("priority"), category: choice("category"),
		add: field("add_tags"), remove: field("remove_tags"), template: choice("template"), text: field("text"),
		outcome: choice("outcome"), cause: choice("cause"), into: field("into"),
	}
	if m, ok := wrong["action"]; ok {
		f.wrong = t.Say(m)
	}
	f.add.Hint, f.remove.Hint = t.T("bulk.label.tags_hint"), t.T("bulk.label.tags_hint")
	f.text.Hint, f.text.Rows = t.T("bulk.label.text_hint", "Variable", "{{"+t.T("bulk.variable")+"}}"), 4
	f.into.Hint, f.into.InputMode = t.T("bulk.label.into_hint", "Max", bulk.MaxMerge), "numeric"
	f.outcome.None, f.cause.None = t.T("web.outcome."+tickets.Outcomes[0]), t.T("bulk.none")
	f.template.None, f.template.Hint = t.T("bulk.label.no_template"), t.T("bulk.label.template_hint")
	return f, s.bulkChoices(ctx, f)
}

// bulkChoices adds what one can choose from.
func (s *Server) bulkChoices(ctx context.Context, f *bulkForm) error {
	t, me := i18n.From(ctx), people.ActorOf(ctx)
	staff, err := s.People.Staff(ctx, people.Technician, 0)
	if err != nil {
		return err
	}
	f.staff = []ui.Option{{Value: number(me.Person), Label: t.T("bulk.me")}, {Value: tickets.Nobody, Label: t.T("bulk.nobody")}}
	for _, p := range staff {
		if p.ID != me.Person {
			f.staff = append(f.staff, ui.Option{Value: number(p.ID), Label: p.Name})
		}
	}
	if f.teams, err = s.teamOptions(ctx); err != nil {
		return err
	}
	for _, status := range bulk.Statuses {
		f.statuses = append(f.statuses, ui.Option{Value: string(status), Label: t.Say(status.Word())})
	}
	f.priorities = priorityOptions(t)
	for _, category := range categories {
		f.categories = append(f.categories, ui.Option{Value: category, Label: categoryName(t, category)})
	}
	for _, o := range tickets.Outcomes[1:] { // the first is the one unless another is chosen
		f.ends = append(f.ends, ui.Option{Value: o, Label: t.T("web.outcome." + o)})
	}
	for _, cause := range tickets.Causes {
		f.why = append(f.why, ui.Option{Value: cause, Label: t.T(causeKey(cause))})
	}
	templates, err := s.Drafts.Templates(ctx)
	for _, template := range templates {
		f.templates = append(f.templates, ui.Option{Value: number(template.ID), Label: template.Name})
	}
	return err
}

// plannedValues is the form of an action.
func plannedValues(a bulk.Action) url.Values {
	v := url.Values{}
	for name, value := range map[string]string{
		"team": number(a.Team), "status": string(a.Status), "priority": string(a.Priority), "category": a.Category,
		"add_tags": strings.Join(a.AddTags, ", "), "remove_tags": strings.Join(a.RemoveTags, ", "),
		"text": a.Text, "outcome": a.Outcome, "cause": a.Cause, "into": number(a.Into),
	} {
		v.Set(name, value)
	}
	if a.Assignee != nil {
		v.Set("assignee", number(*a.Assignee))
		if *a.Assignee == 0 {
			v.Set("assignee", tickets.Nobody)
		}
	}
	return v
}
