package tickets

import (
	"slices"
	"testing"

	"amigo/app/people"
)

func TestWhomANoteNames(t *testing.T) {
	staff := []people.Person{
		{ID: 20, UID: "alice", Name: "Alice Blin"},
		{ID: 21, UID: "b.caron", Name: "Bruno Caron"},
		{ID: 22, UID: "rh", Name: "René Hue"},
		{ID: 23, UID: "rhd", Name: "René Hue-Dupont"},
		{ID: 24, UID: "bcx", Name: "Bruno Caron Xavier"},
	}
	for text, want := range map[string][]people.ID{
		"Peux-tu regarder, @alice ?":                  {20},
		"@ALICE et @b.caron. Merci":                   {20, 21},
		"@Alice Blin : c'est pour toi":                {20},
		"@rene hue, tu connais ?":                     {22},
		"@René Hue-Dupont, tu connais ?":              {23},
		"@Bruno Caron Xavier le sait":                 {24},
		"@Bruno Caron le sait":                        {21},
		"@alice, @alice, @Alice Blin":                 {20},
		"écrire à alice@academie.test":                nil,
		"écrire à x.@alice":                           nil,
		"@alicette n'est personne, @ non plus, ni @@": nil,
		"@Alice":        {20},
		"@Bruno":        nil,
		"@René\nHue":    nil,
		"(@alice)":      {20},
		"sans personne": nil,
		"@rh.":          {22},
	} {
		if got := mentioned(text, staff); !slices.Equal(got, want) {
			t.Errorf("%q names %v, want %v", text, got, want)
		}
	}
}
