package mailin

import (
	"context"
	"strings"

	"amigo/app/fault"
	"amigo/tickets"
)

// Look is what there is to see of a letter beside its text.
type Look string

// The looks.
const (
	Plain  Look = ""
	Rich   Look = "html"   // it came in HTML
	Remote Look = "remote" // and shows images from elsewhere
)

// Look says what there is to see of a letter.
func (l Letter) Look() Look {
	switch {
	case l.HTML == "":
		return Plain
	case strings.Contains(l.HTML, `data-src="`):
		return Remote
	}
	return Rich
}

// Rich gives the received messages that are messages of tickets and have more to
// see than their text, by message.
func (in *Intake) Rich(ctx context.Context, said ...tickets.MessageID) (by map[tickets.MessageID]Inbound, err error) {
	defer fault.Wrap(&err, "mailin: rich")
	if err := reads(ctx); err != nil || len(said) == 0 {
		return nil, err
	}
	all, err := in.store.rich(ctx, said)
	if err != nil {
		return nil, err
	}
	by = make(map[tickets.MessageID]Inbound, len(all))
	for _, m := range all {
		by[m.Message] = m
	}
	return by, nil
}
