package people

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"amigo/app/fault"
)

// Batch is a part of the directory as another system knows it. Each thing is
// found by its key (code, UAI, slug, uid), and written over what is there;
// whatever a batch does not name is left alone.
type Batch struct {
	Sites          []Site
	Establishments []Establishment
	Teams          []Team // by slug; the ID is not looked at
	Persons        []Entry

	lines map[string]int // where a place stands in its file, by key
}

// Entry is one member in a batch. What is empty says nothing: a known person
// keeps what they have. An empty list that is not nil takes all away.
type Entry struct {
	Line           int    // where it stands in its file; 0: its place in the batch, from 1
	UID            string // at most 100 letters, without spaces and colons
	Name           string // at most 200 letters
	Title          string
	Role           Role   // of a new person requester; a sign-in sets it anew
	Lang           string // "fr" or "en"; of a new person "fr"; who has chosen keeps theirs
	Phone          string
	Site           string   // code
	Addresses      []string // the main one first
	Establishments []string // UAI codes, the main one first
	Teams          []string // slugs
	Disabled       *bool
}

// Report counts what an import did to persons.
type Report struct{ Created, Changed, Unchanged int }

// Problem is one reason to refuse a batch.
type Problem struct {
	Line int // of the entry; 0 when it is about the whole file
	What fault.Message
}

// Problems are all the reasons to refuse a batch, by line. It is an error of
// the kind Invalid.
type Problems []Problem //nolint:errname // a list, and an error only as a whole

// Error lists lines and keys, for logs.
func (p Problems) Error() string {
	parts := make([]string, len(p))
	for i, problem := range p {
		parts[i] = fmt.Sprintf("line %d (%s)", problem.Line, problem.What.Key)
	}
	return "invalid: " + strings.Join(parts, ", ")
}

// Is makes errors.Is(problems, fault.Invalid) true.
func (p Problems) Is(target error) bool { return target == fault.Invalid }

func (p *Problems) add(line int, key string, pairs ...any) {
	*p = append(*p, Problem{Line: line, What: fault.Say(key, pairs...)})
}

// normal is the batch with its keys and addresses as they are compared, and
// its entries numbered.
func (b Batch) normal() Batch {
	b.Establishments = slices.Clone(b.Establishments)
	for i := range b.Establishments {
		e := &b.Establishments[i]
		e.UAI, e.Email = NormalUAI(e.UAI), NormalAddress(e.Email)
		for _, text := range []*string{&e.Name, &e.Departement, &e.City, &e.Address, &e.Phone} {
			*text = shownName(*text, "")
		}
	}
	b.Persons = slices.Clone(b.Persons)
	for i := range b.Persons {
		e := &b.Persons[i]
		if e.Line == 0 {
			e.Line = i + 1
		}
		for _, text := range []*string{&e.Name, &e.Title, &e.Phone} {
			*text = shownName(*text, "")
		}
		e.Addresses = each(e.Addresses, NormalAddress)
		e.Establishments = each(e.Establishments, NormalUAI)
		e.Teams = each(e.Teams, strings.TrimSpace)
	}
	return b
}

// each is a list with f done to every value, repetitions left out; nil stays nil.
func each(list []string, f func(string) string) []string {
	if list == nil {
		return nil
	}
	done := make([]string, 0, len(list))
	for _, s := range list {
		if s = f(s); s != "" && !slices.Contains(done, s) {
			done = append(done, s)
		}
	}
	return done
}

// known is what the directory holds of the things that a batch names.
type known struct {
	sites   map[string]bool
	schools map[string]Establishment // by UAI
	mailbox map[string]string        // UAI by the establishment's own address
	teams   map[string]Team          // by slug
	persons map[string]Person        // by uid
	owners  map[string]Person        // by address
	chosen  map[ID]bool              // who has chosen their language themselves
}

// check lists everything that is wrong with a normal batch.
func (b Batch) check(k known) Problems {
	var p Problems
	b.checkPlaces(k, &p)
	uids, addresses := map[string]int{}, map[string]int{}
	entries := make(map[string]Entry, len(b.Persons))
	for _, e := range b.Persons {
		entries[e.UID] = e
	}
	for _, e := range b.Persons {
		e.check(k, &p)
		if first, twice := uids[e.UID]; twice {
			p.add(e.Line, "people.import.uid_twice", "UID", e.UID, "First", first)
		} else {
			uids[e.UID] = e.Line
		}
		for _, a := range e.Addresses {
			if first, twice := addresses[a]; twice {
				p.add(e.Line, "people.import.address_twice", "Address", a, "First", first)
			} else if addresses[a] = e.Line; e.taken(a, k, entries) {
				p.add(e.Line, "people.import.address_taken", "Address", a, "UID", k.owners[a].UID)
			}
		}
	}
	return p
}

// taken says whether an address belongs to somebody who keeps it: neither a
// guest, nor a member whose own entry in the batch gives it up.
func (e Entry) taken(address string, k known, entries map[string]Entry) bool {
	owner, owned := k.owners[address]
	if !owned || owner.UID == e.UID || owner.Kind == Guest {
		return false
	}
	other, named := entries[owner.UID]
	return !named || other.Addresses == nil
}

// check lists what is wrong with one entry by itself.
func (e Entry) check(k known, p *Problems) {
	if !validUID(e.UID) {
		p.add(e.Line, "people.import.uid", "UID", e.UID)
	}
	if _, there := k.persons[e.UID]; e.Name == "" && !there {
		p.add(e.Line, "people.import.name", "UID", e.UID)
	}
	if e.Role != "" && !e.Role.Valid() {
		p.add(e.Line, "people.import.role", "Role", string(e.Role))
	}
	if e.Lang != "" && e.Lang != "fr" && e.Lang != "en" {
		p.add(e.Line, "people.import.lang", "Lang", e.Lang)
	}
	if e.Site != "" && !k.sites[e.Site] {
		p.add(e.Line, "people.import.site", "Site", e.Site)
	}
	for _, a := range e.Addresses {
		if !validAddress(a) {
			p.add(e.Line, "people.import.address", "Address", a)
		} else if k.mailbox[a] != "" || schoolMailbox.MatchString(a) {
			p.add(e.Line, "people.import.address_school", "Address", a)
		}
	}
	for _, uai := range e.Establishments {
		if _, there := k.schools[uai]; !there {
			p.add(e.Line, "people.import.establishment", "UAI", uai)
		}
	}
	for _, slug := range e.Teams {
		if _, there := k.teams[slug]; !there {
			p.add(e.Line, "people.import.team", "Team", slug)
		}
	}
}

// onto is the person that an entry makes of a known one, or of nobody.
func (e Entry) onto(p Person, k known, at time.Time) Person {
	if p.UID == "" {
		p = Person{UID: e.UID, Kind: Member, Role: Requester, Lang: "fr"}
	}
	if k.chosen[p.ID] {
		e.Lang = ""
	}
	for _, set := range []struct {
		field *string
		value string
	}{{&p.Name, e.Name}, {&p.Title, e.Title}, {&p.Lang, e.Lang}, {&p.Phone, e.Phone}, {&p.Site, e.Site}, {(*string)(&p.Role), string(e.Role)}} {
		if set.value != "" {
			*set.field = set.value
		}
	}
	if e.Disabled != nil && *e.Disabled != (p.DisabledAt != nil) {
		p.DisabledAt = nil
		if *e.Disabled {
			p.DisabledAt = &at
		}
	}
	if e.Addresses != nil {
		p.Addresses, p.Email = mergeAddresses(p.Addresses, e.Addresses)
	}
	if e.Establishments != nil {
		p.Establishments = pick(mainFirst(e.Establishments), k.schools)
	}
	if e.Teams != nil {
		p.Teams = pick(slices.Sorted(slices.Values(e.Teams)), k.teams)
	}
	return p
}

// mergeAddresses is the wanted addresses, each as letters to it have fared.
func mergeAddresses(had []Address, wanted []string) (merged []Address, main string) {
	fared := make(map[string]Address, len(had))
	for _, a := range had {
		fared[a.Address] = a
	}
	for i, address := range mainFirst(wanted) {
		a, known := fared[address]
		if !known {
			a.State = "ok"
		}
		a.Address, a.Main = address, i == 0
		merged = append(merged, a)
	}
	if len(wanted) > 0 {
		main = wanted[0]
	}
	return merged, main
}

// mainFirst is a list in the order in which it is read back: the main one, and
// the others by name.
func mainFirst(list []string) []string {
	if len(list) < 2 {
		return list
	}
	list = slices.Clone(list)
	slices.Sort(list[1:])
	return list
}

func pick[T any](keys []string, from map[string]T) []T {
	var picked []T
	for _, k := range keys {
		picked = append(picked, from[k])
	}
	return picked
}

// uids and addresses are those that a batch names, as far as they can be any.
func (b Batch) uids() []string {
	all := make(map[string]bool, len(b.Persons))
	for _, e := range b.Persons {
		if validUID(e.UID) {
			all[e.UID] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

func (b Batch) addresses() []string {
	all := make(map[string]bool, len(b.Persons))
	for _, e := range b.Persons {
		for _, a := range e.Addresses {
			all[a] = validAddress(a)
		}
	}
	for _, e := range b.Establishments {
		all[e.Email] = validAddress(e.Email)
	}
	maps.DeleteFunc(all, func(_ string, valid bool) bool { return !valid })
	return slices.Sorted(maps.Keys(all))
}
