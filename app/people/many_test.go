package people_test

import (
	"testing"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/people"
)

func TestNamesAreReadWithoutTheRest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := directory(t, d)
		whole := must(dir.ByUID(t.Context(), "clara.hebert"))(t)
		all := must(dir.Names(t.Context(), []people.ID{whole.ID, 0, whole.ID, 999_999}))(t)
		got := all[whole.ID]
		if len(all) != 1 || got.Name != whole.Name || got.Title != whole.Title || got.Addresses != nil || got.Establishments != nil {
			t.Errorf("read %+v", all)
		}
		places := must(dir.EstablishmentsMany(t.Context(), []string{"0140013N", "", "0140013N"}))(t)
		if len(places) != 1 || places["0140013N"].City != "Caen" {
			t.Errorf("read %+v", places)
		}
	})
}

func TestCardsAreReadInOneStatement(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := directory(t, d)
		whole := must(dir.ByUID(t.Context(), "clara.hebert"))(t)
		guest := must(dir.Guest(t.Context(), "passant@ailleurs.test", "Un passant"))(t)
		all := must(dir.Cards(t.Context(), []people.ID{whole.ID, guest.ID, 0, whole.ID, 999_999}))(t)
		if got := all[whole.ID]; len(all) != 2 || got.UID != whole.UID || got.Name != whole.Name || got.Email != whole.Email || got.Email == "" || got.Addresses != nil {
			t.Errorf("read %+v", all)
		}
		if got := all[guest.ID]; got.Email != "passant@ailleurs.test" {
			t.Errorf("of a guest: %+v", got)
		}
	})
}
