package seal_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"amigo/app/fault"
	"amigo/app/seal"
)

var (
	oldSecret = strings.Repeat("old", 11)
	newSecret = strings.Repeat("new", 11)
	noon      = time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)
)

func sealer(t testing.TB, secrets ...string) *seal.Sealer {
	t.Helper()
	s, err := seal.New(secrets)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A form is one of the three ways to seal, so that they keep the same promises.
type form struct {
	name string
	seal func(s *seal.Sealer, purpose string, payload []byte) string
	open func(s *seal.Sealer, purpose, token string) ([]byte, error)
}

var forms = []form{
	{
		"token",
		func(s *seal.Sealer, purpose string, payload []byte) string {
			return s.Seal(purpose, payload, noon.Add(time.Hour))
		},
		func(s *seal.Sealer, purpose, token string) ([]byte, error) { return s.Open(purpose, token, noon) },
	},
	{"code", (*seal.Sealer).Code, (*seal.Sealer).OpenCode},
	{"secret", (*seal.Sealer).Encrypt, (*seal.Sealer).Decrypt},
}

// each runs a test for every form.
func each(t *testing.T, f func(t *testing.T, f form)) {
	t.Helper()
	for _, form := range forms {
		t.Run(form.name, func(t *testing.T) { f(t, form) })
	}
}

func TestWhatWasSealedOpens(t *testing.T) {
	each(t, func(t *testing.T, f form) {
		s := sealer(t, newSecret)
		for _, payload := range [][]byte{nil, {0}, []byte("ticket 12345"), bytes.Repeat([]byte{0xff}, 3000)} {
			got, err := f.open(s, "guest", f.seal(s, "guest", payload))
			if err != nil || !bytes.Equal(got, payload) {
				t.Errorf("%d bytes came back as %d: %v", len(payload), len(got), err)
			}
		}
	})
}

func TestAChangeOfAnyCharacterIsRefused(t *testing.T) {
	each(t, func(t *testing.T, f form) {
		s := sealer(t, newSecret)
		token := f.seal(s, "guest", []byte("12345"))
		for i := range len(token) {
			for _, c := range []byte("abyz27AZ-_=\n+/\x00") {
				changed := token[:i] + string(c) + token[i+1:]
				if strings.EqualFold(changed, token) && f.name == "code" || changed == token {
					continue
				}
				refused(t, f, s, changed)
			}
		}
	})
}

func TestAPartOfATokenAndMoreThanOneAreRefused(t *testing.T) {
	each(t, func(t *testing.T, f form) {
		s := sealer(t, newSecret)
		token := f.seal(s, "guest", []byte("12345"))
		for i := range len(token) {
			refused(t, f, s, token[:i])
			refused(t, f, s, token[i+1:])
			refused(t, f, s, token[:i]+"\n"+token[i:])
			refused(t, f, s, token[:i]+"a"+token[i:])
		}
		for _, more := range []string{token + "a", token + "=", token + "\n", " " + token, token + token} {
			refused(t, f, s, more)
		}
	})
}

func refused(t *testing.T, f form, s *seal.Sealer, token string) {
	t.Helper()
	payload, err := f.open(s, "guest", token)
	if !errors.Is(err, seal.ErrForged) || !errors.Is(err, fault.Invalid) || payload != nil {
		t.Errorf("%q opens: %q, %v", token, payload, err)
	}
}

func TestAPurposeAndAFormOpenNothingElse(t *testing.T) {
	s := sealer(t, newSecret)
	for _, made := range forms {
		for _, purpose := range []string{"guest", "gues", "guestt", "", "token\x00guest", "reply"} {
			for _, opened := range forms {
				token := made.seal(s, purpose, []byte("12345"))
				_, err := opened.open(s, "guest", token)
				if right := purpose == "guest" && made.name == opened.name; right != (err == nil) {
					t.Errorf("%s for %q opened as %s for guest: %v", made.name, purpose, opened.name, err)
				}
			}
		}
	}
}

func TestSecretsRotate(t *testing.T) {
	each(t, func(t *testing.T, f form) {
		before, during, after := sealer(t, oldSecret), sealer(t, newSecret, oldSecret), sealer(t, newSecret)
		old, young := f.seal(before, "guest", []byte("a")), f.seal(during, "guest", []byte("b"))
		for _, c := range []struct {
			name  string
			s     *seal.Sealer
			token string
			opens bool
		}{
			{"the old token while both are known", during, old, true},
			{"the new token while both are known", during, young, true},
			{"the new token with the old secret", before, young, false},
			{"the old token with the new secret", after, old, false},
			{"the new token with the new secret", after, young, true},
		} {
			if _, err := f.open(c.s, "guest", c.token); c.opens != (err == nil) {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	})
}

func TestAnExpiredTokenIsToldApartAndStillSaysWhatItWas(t *testing.T) {
	s := sealer(t, newSecret)
	token := s.Seal("guest", []byte("12345"), noon)
	if _, err := s.Open("guest", token, noon.Add(-time.Second)); err != nil {
		t.Errorf("a second before: %v", err)
	}
	for _, late := range []time.Time{noon, noon.AddDate(1, 0, 0)} {
		payload, err := s.Open("guest", token, late)
		if !errors.Is(err, seal.ErrExpired) || !errors.Is(err, fault.Invalid) || string(payload) != "12345" {
			t.Errorf("at %v: %q, %v", late, payload, err)
		}
	}
	if _, err := s.Open("guest", s.Seal("guest", nil, time.Time{}), noon); !errors.Is(err, seal.ErrExpired) {
		t.Errorf("no expiry at all: %v", err)
	}
}

func TestACodeFitsIntoAMailAddress(t *testing.T) {
	s := sealer(t, newSecret)
	code := s.Code("reply", seal.Pack(999_999_999, 999_999_999))
	if local := "assistance+r." + code; len(local) > 64 {
		t.Errorf("%d characters: %s", len(local), local)
	}
	if strings.Trim(code, "abcdefghijklmnopqrstuvwxyz234567") != "" {
		t.Errorf("code %q", code)
	}
	payload, err := s.OpenCode("reply", strings.ToUpper(code))
	if err != nil {
		t.Fatal(err)
	}
	if ids, err := seal.Unpack(payload, 2); err != nil || ids[0] != 999_999_999 || ids[1] != 999_999_999 {
		t.Errorf("unpacked %v, %v", ids, err)
	}
	if kelvin := strings.ReplaceAll(s.Code("k", []byte("kkkkkkkkkk")), "k", "\u212a"); strings.Contains(kelvin, "\u212a") {
		if _, err := s.OpenCode("k", kelvin); err == nil {
			t.Error("a Kelvin sign passes for a k")
		}
	}
}

func TestNumbersUnpackOnlyAsTheyWerePacked(t *testing.T) {
	packed := seal.Pack(1, -2, 1<<62)
	for count, want := range map[int]bool{0: false, 2: false, 3: true, 4: false} {
		if _, err := seal.Unpack(packed, count); (err == nil) != want {
			t.Errorf("three numbers read as %d: %v", count, err)
		}
	}
}

func TestTheSameValueIsHiddenDifferentlyEachTime(t *testing.T) {
	s := sealer(t, newSecret)
	first, second := s.Encrypt("code", []byte("123456789")), s.Encrypt("code", []byte("123456789"))
	if first == second {
		t.Error("two encryptions are equal")
	}
}

func TestPoorSecretsAreAllNamedAndNeverShown(t *testing.T) {
	if _, err := seal.New(nil); err == nil {
		t.Error("no secret was accepted")
	}
	_, err := seal.New([]string{newSecret, "password", strings.Repeat("x", 31)})
	if err == nil {
		t.Fatal("poor secrets were accepted")
	}
	for _, want := range []string{"secret 2 of 3 has 8 characters", "secret 3 of 3 has 31 characters"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in %q", want, err)
		}
	}
	if strings.Contains(err.Error(), "password") {
		t.Errorf("the secret is shown: %q", err)
	}
}

func FuzzNothingOpensThatWasNotSealed(f *testing.F) {
	s := sealer(f, newSecret)
	sealed := []string{"", "1", "ticket 12345"}
	for _, payload := range sealed {
		for _, form := range forms {
			f.Add(form.seal(s, "guest", []byte(payload)))
		}
	}
	f.Fuzz(func(t *testing.T, token string) {
		for _, form := range forms {
			payload, err := form.open(s, "guest", token)
			if err != nil {
				continue
			}
			again := form.seal(s, "guest", payload)
			if form.name == "code" {
				token = strings.ToLower(token)
			}
			// A secret is never the same twice, so only what it hides is compared.
			if !slices.Contains(sealed, string(payload)) || form.name != "secret" && token != again {
				t.Errorf("%q opens as a %s of %q", token, form.name, payload)
			}
		}
	})
}
