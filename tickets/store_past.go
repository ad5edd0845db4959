package tickets

import (
	"context"

	"amigo/app/db"
	"amigo/app/people"
)

// addLives writes tickets as their last happening left them, with all that was
// said and that happened, and the words by which they are found.
func (s store) addLives(ctx context.Context, lives [][]Happening, who map[people.ID]people.Person) error {
	var tickets []ticketRow
	var messages []messageRow
	var events []eventRow
	for _, life := range lives {
		tickets = append(tickets, rowOf(life[len(life)-1].After))
		for _, h := range life {
			e, err := rowOfEvent(h.Event)
			if err != nil {
				return err
			}
			events = append(events, e)
		}
		for _, m := range saidIn(life) {
			messages = append(messages, rowOfMessage(m))
		}
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
	for _, life := range lives {
		t := life[len(life)-1].After
		if err := s.index(ctx, t, who[t.Requester], saidIn(life)); err != nil {
			return err
		}
	}
	return nil
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
