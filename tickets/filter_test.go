package tickets_test

import (
	"errors"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

func TestAFilterIsReadFromAnAddress(t *testing.T) {
	for address, want := range map[string]tickets.Filter{
		"":                               {},
		"view=team&lang=en":              {},
		"status=new,open":                {Statuses: []tickets.Status{tickets.Fresh, tickets.Opened}},
		"status=new&status=open,new":     {Statuses: []tickets.Status{tickets.Fresh, tickets.Opened}},
		"status=,%20open%20,":            {Statuses: []tickets.Status{tickets.Opened}},
		"queue=reseau&team=me":           {Teams: []string{"reseau", tickets.Me}},
		"assignee=none,me,alice":         {Assignees: []string{tickets.Nobody, tickets.Me, "alice"}},
		"requester=claire":               {Requesters: []string{"claire"}},
		`category=son%5C, image,%5C%5C`:  {Categories: []string{"son, image", `\`}},
		"priority=urgent&type=request":   {Priorities: []tickets.Priority{tickets.Urgent}, Types: []tickets.Type{tickets.Request}},
		"channel=mail&tag=vpn":           {Channels: []people.Channel{people.Mail}, Tags: []string{"vpn"}},
		"service=vpn&site=caen,rouen":    {Services: []string{"vpn"}, Sites: []string{"caen", "rouen"}},
		"establishment=0140013N":         {Establishments: []string{"0140013N"}},
		"sla=late,soon":                  {SLA: []tickets.SLAState{tickets.SLALate, tickets.SLASoon}},
		"created_from=2026-11-01":        {Created: tickets.Span{From: "2026-11-01"}},
		"due_from=today&due_to=%2B2d":    {Due: tickets.Span{From: "today", To: "+2d"}},
		"updated_to=-7d&solved_from=-1d": {Updated: tickets.Span{To: "-7d"}, Solved: tickets.Span{From: "-1d"}},
		"watched=1&unheard=true":         {Watched: true, Unheard: true},
		"watched=0":                      {},
		"q=une+imprimante,muette":        {Text: "une imprimante,muette"},
		"sort=-priority&limit=20":        {Sort: tickets.ByPriorityDesc, Limit: 20},
		"cursor=abc":                     {Cursor: "abc"},
		"status=nonsense":                {Statuses: []tickets.Status{"nonsense"}},
	} {
		v, err := url.ParseQuery(address)
		if err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		got, err := tickets.ParseFilter(v)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v (%v), want %+v", address, got, err, want)
		}
	}
}

func TestWhatCannotBeReadOfAnAddressIsSaidByField(t *testing.T) {
	many := make([]string, tickets.MaxValues+1)
	for i := range many {
		many[i] = strings.Repeat("x", i+1)
	}
	for name, value := range map[string]string{
		"created_from": "2026-02-30", "due_to": "bientôt", "updated_from": "12/11/2026", "solved_to": "7d", "created_to": "+99999d", "due_from": "+-3d",
		"limit": "0", "watched": "peut-être", "site": strings.Join(many, ","), "service": strings.Repeat("é", tickets.MaxValue+1),
	} {
		_, err := tickets.ParseFilter(url.Values{name: {value}})
		if !errors.Is(err, tickets.ErrFilter) || !errors.Is(err, fault.Invalid) {
			t.Errorf("%s=%.20s: %v", name, value, err)
		}
		if fields := fault.FieldsOf(err); len(fields) != 1 || fields[name].Key == "" {
			t.Errorf("%s=%.20s: fields %v", name, value, fields)
		}
	}
	if _, err := tickets.ParseFilter(url.Values{"sort": {"subject"}}); !errors.Is(err, tickets.ErrSort) {
		t.Errorf("a made-up order: %v", err)
	}
}

// anyFilter draws what an address can ask.
func anyFilter(r *rapid.T) tickets.Filter {
	words := rapid.Custom(func(r *rapid.T) string {
		return strings.TrimSpace(strings.ToValidUTF8(rapid.StringN(1, 12, 40).Draw(r, "word"), "?"))
	}).Filter(func(s string) bool { return s != "" })
	several := func(name string) []string {
		return rapid.SliceOfNDistinct(words, 0, 3, rapid.ID[string]).Draw(r, name)
	}
	date := func(name string) tickets.Date {
		return rapid.SampledFrom([]tickets.Date{"", "", "today", "-7d", "+12d", "2026-11-18", "2024-02-29"}).Draw(r, name)
	}
	f := tickets.Filter{
		Statuses: as[tickets.Status](several("status")), Types: as[tickets.Type](several("type")), Priorities: as[tickets.Priority](several("priority")),
		Channels: as[people.Channel](several("channel")), Teams: as[string](several("team")), Assignees: as[string](several("assignee")),
		Requesters: as[string](several("requester")), Categories: as[string](several("category")), Services: as[string](several("service")),
		Sites: as[string](several("site")), Establishments: as[string](several("establishment")), Tags: as[string](several("tag")), SLA: as[tickets.SLAState](several("sla")),
		Created: tickets.Span{From: date("a"), To: date("b")}, Updated: tickets.Span{From: date("c"), To: date("d")},
		Due: tickets.Span{From: date("e"), To: date("f")}, Solved: tickets.Span{From: date("g"), To: date("h")},
		Watched: rapid.Bool().Draw(r, "watched"), Unheard: rapid.Bool().Draw(r, "unheard"),
		Text: rapid.String().Draw(r, "text"), Cursor: rapid.String().Draw(r, "cursor"), Limit: rapid.IntRange(0, tickets.MaxPage).Draw(r, "limit"),
		Sort: rapid.SampledFrom([]tickets.Sort{"", tickets.ByDue, tickets.ByRefDesc, tickets.ByPriority}).Draw(r, "sort"),
	}
	return f
}

// as is words of a kind; none are nil.
func as[T ~string](words []string) (all []T) {
	for _, w := range words {
		all = append(all, T(w))
	}
	return all
}

func TestAFilterWrittenIntoAnAddressIsReadAsItWas(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		f := anyFilter(r)
		// Through the very text of an address, as a link would carry it.
		v, err := url.ParseQuery(f.Values().Encode())
		if err != nil {
			r.Fatal(err)
		}
		got, err := tickets.ParseFilter(v)
		if err != nil || !reflect.DeepEqual(got, f) {
			r.Fatalf("%s:\n got %+v (%v)\nwant %+v", f.Values().Encode(), got, err, f)
		}
	})
}

func FuzzAFilterReadFromAnyAddressStaysTheSame(f *testing.F) {
	for _, address := range []string{"status=new,open&q=a", `site=a\,b,\\&created_from=-7d`, "team=me&queue=x&limit=9", "sort=-id&watched=1", "tag=%ff,%00"} {
		f.Add(address)
	}
	f.Fuzz(func(t *testing.T, address string) {
		v, err := url.ParseQuery(address)
		if err != nil {
			return
		}
		once, err := tickets.ParseFilter(v)
		if err != nil {
			if !errors.Is(err, fault.Invalid) {
				t.Fatalf("%q: %v", address, err)
			}
			return
		}
		twice, err := tickets.ParseFilter(once.Values())
		if err != nil || !reflect.DeepEqual(once, twice) {
			t.Fatalf("%q: %+v, then %+v (%v)", address, once, twice, err)
		}
	})
}
