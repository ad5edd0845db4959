package people

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"amigo/app/words"
)

const (
	maxSought = 8   // words of a search that are read
	maxFound  = 200 // people that a search gives at most
	maxWords  = 60  // words under which one person is found
)

// Search finds up to limit members by the beginnings of words of name, uid or
// address, for choosing a requester; disabled ones are left out. They come by
// name. No text finds whoever comes first.
func (d *Directory) Search(ctx context.Context, text string, limit int) ([]Person, error) {
	sought := words.Sought(text)
	if len(sought) == 0 && strings.TrimSpace(text) != "" {
		return nil, nil // marks only: nobody is called that
	}
	found, err := d.store.search(ctx, sought[:min(len(sought), maxSought)], max(0, min(limit, maxFound)))
	if err != nil {
		return nil, fmt.Errorf("people: search: %w", err)
	}
	return found, nil
}

// wordsOf lists what a member is found by. Of an address the parts of the
// domain are left out: everyone has them.
func wordsOf(p Person) []string {
	all := append(words.Names(p.Name), words.Names(p.UID)...)
	for _, a := range p.Addresses {
		all = append(all, words.Sought(a.Address)...)
		local, _, _ := strings.Cut(a.Address, "@")
		all = append(all, words.Names(local)...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return all[:min(len(all), maxWords)]
}

// sortName is a name as it is put in order, the same on both databases.
func sortName(name string) string { return strings.Join(words.Sought(name), " ") }
