package web

import (
	"context"

	"amigo/app/i18n"
	"amigo/tickets"
	"amigo/web/ui"
)

// kinLine is another ticket, in a line.
type kinLine struct {
	ref, subject, href, status string
	at                         ui.Moment
	drop                       *ui.Button // unties it; nil where it is not a tie that one makes
}

// kinGroup are the tickets of one tie.
type kinGroup struct {
	title string
	list  []kinLine
}

// kinPanel is what ties a ticket to others, and how it is tied.
type kinPanel struct {
	groups []kinGroup
	link   *linkForm // nil: nothing is being tied
	adopt  *ui.Field // asks for the parent
}

// linkForm asks for a ticket, and what it is to this one.
type linkForm struct {
	ref, kind ui.Field
	kinds     []ui.Option
}

func (f *linkForm) fields() []ui.Field { return []ui.Field{f.ref, f.kind} }

// shownTies are those that the panel shows, each under its own heading.
var shownTies = []tickets.Tie{
	tickets.ItsParent, tickets.ItsChild, tickets.ItsSurvivor, tickets.MergedIn, tickets.DuplicateOf, tickets.DuplicatedBy,
	tickets.CausedBy, tickets.CauseOf, tickets.IsRelated,
}

// kinLine is a ticket around this one.
func (l timeline) kinLine(r tickets.Relative) kinLine {
	return kinLine{
		ref: r.ID.Ref(), subject: r.Subject, href: "/tickets/" + r.ID.Ref(), status: string(r.Status), at: l.tell.moment(r.CreatedAt),
	}
}

// kinPanel shows the tickets that are tied to this one.
func (l timeline) kinPanel(ctx context.Context, d draft) kinPanel {
	t := i18n.From(ctx)
	var v kinPanel
	for _, tie := range shownTies {
		group := kinGroup{title: t.T("facts.tie." + string(tie))}
		for _, r := range l.look.Kin.Of(tie) {
			line := l.kinLine(r)
			switch tie {
			case tickets.DuplicateOf, tickets.DuplicatedBy, tickets.CausedBy, tickets.CauseOf, tickets.IsRelated:
				line.drop = dropButton(t.T("facts.link.drop", "Ref", r.ID.Label()), "unlink", line.ref)
			case tickets.ItsParent:
				if l.ticket.Status != tickets.Closed {
					line.drop = dropButton(t.T("facts.adopt.leave", "Ref", r.ID.Label()), "leave", line.ref)
				}
			}
			group.list = append(group.list, line)
		}
		if len(group.list) > 0 {
			v.groups = append(v.groups, group)
		}
	}
	switch {
	case d.do == doLink:
		v.link = newLinkForm(ctx, d)
	case d.do == doAdopt && l.ticket.Status != tickets.Closed:
		v.adopt = &ui.Field{
			Name: "parent", Label: t.T("facts.adopt.parent"), Hint: t.T("facts.adopt.hint"), Value: d.chosen("parent", ""),
			Error: d.says(ctx, "parent"), Autofocus: true, Autocomplete: "off", InputMode: "numeric",
		}
	}
	return v
}

// dropButton takes something off a list.
func dropButton(label, name, value string) *ui.Button {
	return &ui.Button{Label: label, Name: name, Value: value, Icon: "x", Bare: true, Kind: ui.Text, Small: true}
}

func newLinkForm(ctx context.Context, d draft) *linkForm {
	t := i18n.From(ctx)
	f := &linkForm{
		ref: ui.Field{
			Name: "ref", ID: "link-ref", Label: t.T("facts.link.ref"), Value: d.chosen("ref", ""), Error: d.says(ctx, "ref"),
			Autofocus: true, Autocomplete: "off",
		},
		kind: ui.Field{Name: "kind", ID: "link-kind", Label: t.T("facts.link.kind"), Value: d.chosen("kind", string(tickets.Related)), Error: d.says(ctx, "kind")},
	}
	for _, k := range tickets.LinkKinds {
		f.kinds = append(f.kinds, ui.Option{Value: string(k), Label: t.T("facts.link." + string(k))})
	}
	return f
}
