package tickets

import (
	"context"

	"amigo/app/db"
	"amigo/app/people"
)

// addLives writes tickets, all that was said on them and happened to them, and
// the words by which they are found.
func (s store) addLives(ctx context.Context, all []Ticket, lives [][]Happening, who map[people.ID]people.Person) error {
	var tickets []ticketRow
	var messages []messageRow
	var events []eventRow
	var found []db.Words
	for i, t := range all {
		tickets = append(tickets, rowOf(t))
		for _, h := range lives[i] {
			e, err := rowOfEvent(h.Event)
			if err != nil {
				return err
			}
			events = append(events, e)
		}
		said := saidIn(lives[i])
		for _, m := range said {
			messages = append(messages, rowOfMessage(m))
		}
		found = append(found, wordsOf(t, who[t.Requester], nil, said))
	}
	if err := db.Bulk(ctx, s.db, tickets); err != nil {
		return err
	}
	if err := db.Bulk(ctx, s.db, messages); err != nil {
		return err
	}
	if err := db.Bulk(ctx, s.db, events); err != nil {
		return err
	}
	return s.db.PutWords(ctx, "ticket_words", "ticket_id", searched, found...)
}

// saidIn is what was said in a life, each once: the same words may have made
// several things happen.
func saidIn(life []Happening) (all []Message) {
	var last *Message
	for _, h := range life {
		if h.Message != nil && h.Message != last {
			all, last = append(all, *h.Message), h.Message
		}
	}
	return all
}
