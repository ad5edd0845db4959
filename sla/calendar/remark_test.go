package calendar_test

import (
	"errors"
	"reflect"
	"testing"

	"amigo/sla/calendar"
)

func TestADraftKeepsItsRemarksWithTheirRulesAndValues(t *testing.T) {
	want := []calendar.Remark{
		{Line: 12, Record: 3, Rule: "feed.backwards", Args: map[string]string{"Name": "Été\n\"<b>"}, Days: map[string]calendar.Day{"From": 20000}, Text: "ends\nbefore"},
		{Place: "weekly.mon", Rule: "wrong.overlap", Text: "weekly.mon: intervals overlap"},
	}
	d := calendar.Draft{Reason: calendar.WriteRemarks(want)}
	if got := d.Remarks(); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

func TestAReasonOfAnEarlierVersionIsATextForEachLine(t *testing.T) {
	d := calendar.Draft{Reason: "line 3: no day\n\n{\"not\": \"ours\"}\n{broken\n"}
	want := []calendar.Remark{{Text: "line 3: no day"}, {Text: `{"not": "ours"}`}, {Text: "{broken"}}
	if got := d.Remarks(); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if got := (calendar.Draft{}).Remarks(); got != nil {
		t.Errorf("of nothing: %+v", got)
	}
}

func TestWhatIsWrongWithADefinitionIsRemarkedWithItsLine(t *testing.T) {
	text := []byte("{\"tz\": \"Europe/Paris\",\n\"weekly\": {\"mon\": [[\"08:00\", \"07:00\"]]},\n\"known_from\": \"x\"}")
	spec, err := calendar.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	wrong, _ := errors.AsType[*calendar.SpecError](calendar.Lines(text, spec.Check()))
	got := wrong.Remarks()
	for i, want := range []calendar.Remark{{Line: 3, Place: "known_from", Rule: "wrong.day"}, {Line: 2, Place: "weekly.mon", Rule: "wrong.backwards"}} {
		if r := got[i]; r.Line != want.Line || r.Place != want.Place || r.Rule != want.Rule || r.String() != wrong.Problems[i] {
			t.Errorf("%+v, want %+v", r, want)
		}
	}
	_, err = calendar.Parse([]byte("{\n\"tz\": 5}"))
	wrong, _ = errors.AsType[*calendar.SpecError](err)
	if r := wrong.Remarks()[0]; r.Line != 2 || r.Rule != "wrong.shape" || r.Text != "tz: a JSON number does not belong here" {
		t.Errorf("%+v", r)
	}
}
