package app

import (
	"reflect"
	"slices"
	"testing"
)

func TestAVariableThatNothingReadsIsNamedBesideTheClosest(t *testing.T) {
	got := Strays([]string{
		"AMIGO_FETCH_ALOW=10.0.0.0/8", "AMIGO_SECRT_FILE=/run/secrets/amigo", "AMIGO_IMAP_PASSWORD=x", "AMIGO_DATABASE=postgres://x",
		"AMIGO_LISTENN=", "AMIGO_TEST_POSTGRES=x", "PATH=/bin", "AMIGOS=three", "AMIGO_S3_URL=s3://bucket",
		"AMIGO_LISTEN=127.0.0.1:0", "AMIGO_SMTP_URL_FILE=/run/secrets/smtp", "AMIGO_IMAP_PASSWORD_12=x", "AMIGO_IMAP_PASSWORD_2_FILE=/run/secrets/imap",
	})
	want := []Stray{
		{"AMIGO_DATABASE", "AMIGO_DATA_DIR"},
		{"AMIGO_FETCH_ALOW", "AMIGO_FETCH_ALLOW"},
		{"AMIGO_IMAP_PASSWORD", "AMIGO_IMAP_PASSWORD_1"},
		{"AMIGO_SECRT_FILE", "AMIGO_SECRET_FILE"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestNoVariableThatIsReadIsAStray(t *testing.T) {
	for _, name := range slices.Concat(configured(reflect.TypeFor[Config]()), later) {
		if list := Strays([]string{name + "=x", name + "_FILE=x"}); len(list) > 0 {
			t.Errorf("%+v", list)
		}
	}
}

func TestDistanceCountsTheLettersThatDiffer(t *testing.T) {
	for words, want := range map[[2]string]int{
		{"", ""}: 0, {"", "abc"}: 3, {"abc", ""}: 3, {"kitten", "sitting"}: 3, {"flaw", "lawn"}: 2, {"same", "same"}: 0,
	} {
		if got := distance(words[0], words[1]); got != want {
			t.Errorf("%q: %d, want %d", words, got, want)
		}
	}
}
