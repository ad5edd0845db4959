package people_test

import (
	"errors"
	"testing"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/people"
)

func TestWhoeverProvesNothingIsNotTheOwnerOfTheAddress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := directory(t, d)
		ctx := t.Context()
		owner, err := dir.ByAddress(ctx, "clara.hebert@ac-normandie.fr")
		if err != nil {
			t.Fatal(err)
		}
		claimed, err := dir.Unproven(ctx, "Clara.Hebert@AC-normandie.fr", "Clara Hébert")
		if err != nil {
			t.Fatal(err)
		}
		if claimed.ID == owner.ID || claimed.Kind != people.Guest || claimed.Name != "clara.hebert@ac-normandie.fr" || claimed.Email != owner.Email {
			t.Errorf("claims to be %+v, the owner is %+v", claimed, owner)
		}
		again, err := dir.Unproven(ctx, "clara.hebert@ac-normandie.fr", "Someone")
		if err != nil || again.ID != claimed.ID {
			t.Errorf("another guest the second time: %d, %d, %v", claimed.ID, again.ID, err)
		}
		after, err := dir.ByAddress(ctx, "clara.hebert@ac-normandie.fr")
		if err != nil || after.ID != owner.ID {
			t.Errorf("the address is now %d's, %v", after.ID, err)
		}
		stranger, err := dir.Unproven(ctx, "marc@exemple.fr", "Marc Étranger")
		guest, other := dir.ByAddress(ctx, "marc@exemple.fr")
		if err != nil || other != nil || stranger.ID != guest.ID || stranger.Name != "Marc Étranger" {
			t.Errorf("a stranger is %+v, by address %+v, %v, %v", stranger, guest, err, other)
		}
		if _, err := dir.Unproven(ctx, "no address", ""); !errors.Is(err, fault.Invalid) {
			t.Errorf("what is no address: %v", err)
		}
	})
}

func TestADomainIsTheDirectorysWhereAMemberHasAnAddressInIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := directory(t, d)
		if _, err := dir.Unproven(t.Context(), "marc@exemple.fr", ""); err != nil {
			t.Fatal(err)
		}
		for domain, want := range map[string]bool{
			"ac-normandie.fr": true, "AC-Caen.fr": true, "academie.test": true, "normandie.fr": false, "ac-normandie_fr": false, "%": false, "exemple.fr": false, "": false,
		} {
			if has, err := dir.HasDomain(t.Context(), domain); err != nil || has != want {
				t.Errorf("%q: %v, %v", domain, has, err)
			}
		}
	})
}
