package people_test

import (
	"errors"
	"sync"
	"testing"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/people"
)

func TestAddressesAreComparedInLowerCase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := directory(t, d)
		for _, a := range []string{"CHebert@AC-caen.fr", " clara.hebert@ac-normandie.fr "} {
			if p := must(dir.ByAddress(t.Context(), a))(t); p.UID != "clara.hebert" {
				t.Errorf("%q is %s", a, p.UID)
			}
		}
	})
}

func TestTheMailboxOfAnEstablishmentIsTheEstablishment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		for address, want := range map[string]string{
			"ce.0140013n@ac-normandie.fr": "uai:0140013N",
			"CE.0140013N@ac-caen.fr":      "uai:0140013N",
			"ce.0760001a@ac-rouen.fr":     "uai:0760001A",
			"ce.0760001a@academie.test":   "uai:0760001A", // as the address book says
		} {
			if p := must(dir.ByAddress(ctx, address))(t); p.UID != want || p.Kind != people.School {
				t.Errorf("%s is %s (%s)", address, p.UID, p.Kind)
			}
		}
		for _, a := range []string{"ce.0140013n@academie.test", "ce.0140013n@gmail.com", "ce.0140013n@ac-caen.fr.evil.example", "xce.0140013n@ac-caen.fr", "ce.0140013n@evil-ac-caen.fr"} {
			if p, err := dir.ByAddress(ctx, a); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s is %s, %v", a, p.UID, err)
			}
		}
		school := must(dir.School(ctx, "0140013n"))(t)
		if school.Name != "Lycée Malherbe" || school.Establishments[0].UAI != "0140013N" || school.Site != "caen" || school.Phone != "02 31 00 00 00" {
			t.Errorf("%+v", school)
		}
		if other := must(dir.School(ctx, "0760001A"))(t); other.Email != "ce.0760001a@academie.test" {
			t.Errorf("the school of the address book has %q", other.Email)
		}
	})
}

func TestAnImportRenamesTheSchoolAndGivesItItsMailbox(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		before := must(dir.School(ctx, "0140013N"))(t)
		guest := must(dir.Guest(ctx, "accueil@malherbe.test", ""))(t)
		e := must(dir.Establishment(ctx, "0140013N"))(t)
		e.Name, e.Email = "Lycée François-de-Malherbe", "Accueil@Malherbe.test"
		must(dir.Import(ctx, people.Batch{Establishments: []people.Establishment{e}}))(t)
		after := must(dir.School(ctx, "0140013N"))(t)
		if after.ID != before.ID || after.Name != e.Name || after.Email != "accueil@malherbe.test" {
			t.Fatalf("%+v", after)
		}
		if p := must(dir.ByAddress(ctx, "accueil@malherbe.test"))(t); p.ID != after.ID || p.ID == guest.ID {
			t.Errorf("the mailbox is %s", p.UID)
		}
	})
}

func TestAGuestIsOnePersonPerAddress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		var wg sync.WaitGroup
		ids := make([]people.ID, 6)
		for i := range ids {
			wg.Go(func() {
				p, err := dir.Guest(ctx, "Parent@Example.org", "  Paul\r\nParent ")
				if err != nil {
					t.Error(err)
				}
				ids[i] = p.ID
			})
		}
		wg.Wait()
		for _, id := range ids {
			if id != ids[0] {
				t.Fatalf("several guests: %v", ids)
			}
		}
		g := must(dir.Get(ctx, ids[0]))(t)
		if g.UID != "mail:parent@example.org" || g.Kind != people.Guest || g.Role != people.Requester || g.Name != "Paul Parent" || g.Email != "parent@example.org" {
			t.Fatalf("%+v", g)
		}
		if p := must(dir.Guest(ctx, "chebert@ac-caen.fr", "Not Clara"))(t); p.UID != "clara.hebert" || p.Name != "Clara Hébert" {
			t.Errorf("an address of the directory is %s", p.UID)
		}
		if nameless := must(dir.Guest(ctx, "x@example.org", " \n"))(t); nameless.Name != "x@example.org" {
			t.Errorf("nameless is %q", nameless.Name)
		}
	})
}

func TestWhatIsNoAddressIsNoGuest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := directory(t, d)
		for _, a := range []string{"", "nobody", "a@b@c", "a b@c.fr", "Paul <p@example.org>", "p@example.org\r\nBcc: x@y.fr", "\"a:b\"@example.org"} {
			if _, err := dir.Guest(t.Context(), a, "Paul"); !errors.Is(err, fault.Invalid) || message(err) != "people.address.invalid" {
				t.Errorf("%q: %v", a, err)
			}
		}
	})
}

func TestSeveralEstablishmentsAreReadAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		found := must(dir.EstablishmentsMany(ctx, []string{"0140013N", "9999999Z", "0760001A"}))(t)
		if len(found) != 2 || found["0140013N"].Name != "Lycée Malherbe" || found["0760001A"].UAI != "0760001A" {
			t.Errorf("%+v", found)
		}
		if none := must(dir.EstablishmentsMany(ctx, nil))(t); len(none) != 0 {
			t.Errorf("nothing asked for, and there is %+v", none)
		}
	})
}

// What is known at a glance is what is known at length.
func TestASenderAtAGlanceIsWhoseTheAddressIs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		for _, address := range []string{
			"CHebert@AC-caen.fr", "ce.0140013n@ac-normandie.fr", "ce.0760001a@academie.test", "ce.0760001a@academie.test", "nobody@nowhere.test", "none",
		} {
			p, wrong := dir.ByAddress(ctx, address)
			s, err := dir.SenderAt(ctx, address)
			if !errors.Is(err, fault.NotFound) && err != nil || errors.Is(err, fault.NotFound) != errors.Is(wrong, fault.NotFound) {
				t.Fatalf("%s: %v and %v", address, err, wrong)
			}
			if s.Person != p.ID || s.Kind != p.Kind || s.Role != p.Role || s.Disabled != (p.DisabledAt != nil) || len(s.Establishments) != len(p.Establishments) {
				t.Errorf("%s is %+v at a glance and %+v", address, s, p)
			}
			for i, e := range p.Establishments {
				if s.Establishments[i] != e.UAI {
					t.Errorf("%s: %v", address, s.Establishments)
				}
			}
		}
	})
}
