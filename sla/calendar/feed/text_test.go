package feed_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"

	"amigo/sla/calendar/feed"
)

func wide(text string, order binary.AppendByteOrder) (data []byte) {
	for _, unit := range utf16.Encode([]rune(text)) {
		data = order.AppendUint16(data, unit)
	}
	return data
}

func TestAFeedIsTheSameHoweverItsTextIsWritten(t *testing.T) {
	for _, name := range []string{"school.ics", "export.csv", "export.json"} {
		text := strings.ReplaceAll(string(read(t, name)), "\r\n", "\n")
		want := parsed(t, []byte(text))
		for how, data := range map[string][]byte{
			"a mark":                         []byte("\ufeff" + text),
			"UTF-16, small end first":        wide("\ufeff"+text, binary.LittleEndian),
			"UTF-16, big end first":          wide("\ufeff"+text, binary.BigEndian),
			"UTF-16 without a mark":          wide(text, binary.LittleEndian),
			"UTF-16 of others, without one":  wide(text, binary.BigEndian),
			"carriage returns":               []byte(strings.ReplaceAll(text, "\n", "\r")),
			"carriage returns and line ends": []byte(strings.ReplaceAll(text, "\n", "\r\n")),
		} {
			if got := parsed(t, data); !reflect.DeepEqual(got, want) {
				t.Errorf("%s, %s: not the same", name, how)
			}
		}
	}
}

func TestWhatIsNoTextIsCalledWhatItIs(t *testing.T) {
	var gz bytes.Buffer
	w := gzip.NewWriter(&gz)
	if _, err := w.Write(read(t, "school.ics")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	latin := strings.ReplaceAll("description;start_date\nVacances d'Été;2027-07-03\n", "É", "\xc9")
	for _, tc := range []struct {
		name string
		data []byte
		want string
	}{
		{"ZIP", []byte("PK\x03\x04\x14\x00\x00\x00\x08\x00\xff\xfe"), "this is a ZIP archive or a workbook"},
		{"gzip", gz.Bytes(), "this is a gzip archive"},
		{"a table of Windows", []byte(latin), "line 2: the text is not UTF-8 but probably Windows-1252 (ANSI): save it as UTF-8"},
		{"a calendar of Windows", event("DTSTART:20270201", "SUMMARY:Fermeture \xe0 No\xebl"), "line 4: the text is not UTF-8 but probably Windows-1252"},
		{"noise", []byte("\x89PNG\r\n\x1a\n\xff\xd8\x00\x10"), "the text is not UTF-8"},
		{"a mark and nothing", []byte("\xff\xfe"), "there is nothing in it"},
	} {
		_, err := feed.Read(tc.data)
		refused(t, err, tc.want)
		if tc.name == "noise" && strings.Contains(err.Error(), "Windows") {
			t.Errorf("noise is refused as %v", err)
		}
	}
}
