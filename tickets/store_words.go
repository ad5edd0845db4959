package tickets

import (
	"context"
	"slices"
	"strings"

	"amigo/app/db"
	"amigo/app/people"
	"amigo/app/words"
)

// maxWords is how many bytes of words one ticket is found by; PostgreSQL keeps
// at most a mebibyte in a tsvector.
const maxWords = 400_000

// searched are the columns of words: what everybody of the ticket may find, and
// what staff may.
var searched = []string{"public", "complete"}

// index writes the words by which a ticket is found.
func (s store) index(ctx context.Context, t Ticket, requester people.Person, tags []Tag, said []Message) error {
	return s.db.PutWords(ctx, "ticket_words", "ticket_id", searched, wordsOf(t, requester, tags, said))
}

// indexMore adds what was said to the words by which a ticket is found. done is
// false where they have to be written anew.
func (s store) indexMore(ctx context.Context, id ID, lang string, said []Message) (done bool, err error) {
	public, notes := tokensOf(said, lang)
	return s.db.AddWords(ctx, "ticket_words", "ticket_id", searched, foundBy(id, public, notes))
}

// wordsOf are the words by which a ticket is found, in its requester's language.
// Its tags are the desk's own, as notes are.
func wordsOf(t Ticket, requester people.Person, tags []Tag, said []Message) db.Words {
	public := words.Tokens(strings.Join([]string{t.Subject, requester.Name, t.Establishment, t.ID.Ref()}, "\n"), requester.Lang)
	more, notes := tokensOf(said, requester.Lang)
	for _, tag := range tags {
		notes = append(notes, words.Tokens(tag.Name, requester.Lang)...)
	}
	return foundBy(t.ID, append(public, more...), notes)
}

// tokensOf are the words of what was said, and of what only staff may read.
func tokensOf(said []Message, lang string) (public, notes []string) {
	for _, m := range said {
		tokens := words.Tokens(m.Body, lang)
		for _, f := range m.Attachments {
			tokens = append(tokens, words.Tokens(f.Name, lang)...)
		}
		if m.Internal {
			notes = append(notes, tokens...)
		} else {
			public = append(public, tokens...)
		}
	}
	return public, notes
}

// foundBy are words for everybody, and for staff also those of notes.
func foundBy(id ID, public, notes []string) db.Words {
	complete := slices.Concat(public, notes)
	return db.Words{ID: int64(id), Tokens: [][]string{first(public, maxWords), first(complete, maxWords)}}
}

// first is the tokens of the first n bytes.
func first(tokens []string, n int) []string {
	for i, token := range tokens {
		if n -= len(token) + 1; n < 0 {
			return tokens[:i]
		}
	}
	return tokens
}

// renamed is the next person whose tickets are still found by an old name, and the
// last of their tickets that is not; 0 when there is nobody. The database notes
// them when a name changes.
func (s store) renamed(ctx context.Context) (who people.ID, done ID, err error) {
	var row struct {
		PersonID people.ID
		TicketID ID
	}
	err = s.db.Gorm(ctx).Table("renamed").Order("person_id").Limit(1).Scan(&row).Error
	return row.PersonID, row.TicketID, db.Fault(err)
}

// askedAfter is a few of somebody's tickets, behind one.
func (s store) askedAfter(ctx context.Context, who people.ID, after ID, limit int) (ids []ID, err error) {
	err = s.db.Gorm(ctx).Model(&ticketRow{}).Where("requester_id = ? AND id > ?", who, after).Order("id").Limit(limit).Pluck("id", &ids).Error
	return ids, db.Fault(err)
}

// reworded notes how far somebody's tickets are found by their new name. Where
// they have another one meanwhile, all begins anew.
func (s store) reworded(ctx context.Context, who people.ID, from, to ID) (done bool, err error) {
	w := s.db.Gorm(ctx).Exec("UPDATE renamed SET ticket_id = ? WHERE person_id = ? AND ticket_id = ?", to, who, from)
	return w.RowsAffected == 1, db.Fault(w.Error)
}

// allReworded forgets somebody whose tickets are all found by their new name.
func (s store) allReworded(ctx context.Context, who people.ID, to ID) error {
	return db.Fault(s.db.Gorm(ctx).Exec("DELETE FROM renamed WHERE person_id = ? AND ticket_id = ?", who, to).Error)
}
