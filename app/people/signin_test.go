package people_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/people"
)

const issuer = "https://idp.academie.test"

func clara() people.Identity {
	return people.Identity{Issuer: issuer, Subject: "s-1", UID: "clara.hebert", Name: "Clara H.", Email: "other@example.org"}
}

// audited lists the actions of the audit log, oldest first.
func audited(t *testing.T, d *db.DB) string {
	t.Helper()
	rows, err := d.SQL().Query("SELECT action FROM audit WHERE action <> 'people.import' ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var a string
		if err := rows.Scan(&a); err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, " ")
}

func TestTheFirstSignInBindsTheMemberWhoseUIDItIsAndOnlyTheAccountCountsAfterwards(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		first := must(dir.SignIn(ctx, clara()))(t)
		if first.UID != "clara.hebert" || first.Name != "Clara Hébert" || len(first.Addresses) != 2 {
			t.Fatalf("the directory's person was changed: %+v", first)
		}
		later := clara()
		later.UID, later.Name = "tarik.benali", "Somebody"
		if again := must(dir.SignIn(ctx, later))(t); again.ID != first.ID {
			t.Errorf("the bound account is now %s", again.UID)
		}
		if log := audited(t, d); log != "account.bind" {
			t.Errorf("audit: %s", log)
		}
	})
}

func TestAMemberIsBoundOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		must(dir.SignIn(ctx, clara()))(t)
		for _, other := range []people.Identity{
			{Issuer: issuer, Subject: "s-2", UID: "clara.hebert"},
			{Issuer: "https://evil.example", Subject: "s-1", UID: "clara.hebert"},
		} {
			if _, err := dir.SignIn(ctx, other); !errors.Is(err, fault.Denied) || message(err) != "people.signin.bound" {
				t.Errorf("%+v: %v", other, err)
			}
		}
		if log := audited(t, d); log != "account.bind signin.refuse signin.refuse" {
			t.Errorf("audit: %s", log)
		}
	})
}

func TestNeitherAddressNorNameNorAnotherSpellingBinds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		p := must(dir.SignIn(ctx, people.Identity{
			Issuer: issuer, Subject: "s-9", UID: "Clara.Hebert", Name: "Clara Hébert", Email: "clara.hebert@ac-normandie.fr",
		}))(t)
		if p.UID != "Clara.Hebert" || p.Role != people.Requester || p.Kind != people.Member || p.Email != "" || len(p.Addresses) != 0 {
			t.Fatalf("%+v", p)
		}
		if owner := must(dir.ByAddress(ctx, "clara.hebert@ac-normandie.fr"))(t); owner.UID != "clara.hebert" {
			t.Errorf("the address went to %s", owner.UID)
		}
	})
}

func TestANewcomerIsARequesterWithWhatIsFree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		guest := must(dir.Guest(ctx, "guest@example.org", "Guest"))(t)
		for _, c := range []struct {
			who          people.Identity
			uid, address string
		}{
			{people.Identity{Subject: "1", UID: "nina.roux", Email: "Nina@Example.org"}, "nina.roux", "nina@example.org"},
			{people.Identity{Subject: "2", UID: "amigo:system"}, "oidc:", ""},
			{people.Identity{Subject: "3", UID: "mail:guest@example.org", Email: "guest@example.org"}, "oidc:", ""},
			{people.Identity{Subject: "4", UID: "has space", Email: "nonsense"}, "oidc:", ""},
			{people.Identity{Subject: "5", Email: "ce.0140013n@ac-caen.fr"}, "oidc:", ""},
			{people.Identity{Subject: "6", Email: "ce.0760001a@academie.test"}, "oidc:", ""},
			{people.Identity{Subject: "7", UID: "nul\x00"}, "oidc:", ""},
		} {
			c.who.Issuer = issuer
			p := must(dir.SignIn(ctx, c.who))(t)
			if !strings.HasPrefix(p.UID, c.uid) || p.Email != c.address || p.Role != people.Requester || p.Kind != people.Member || p.Name == "" {
				t.Errorf("%+v became %+v", c.who, p)
			}
			if again := must(dir.SignIn(ctx, c.who))(t); again.ID != p.ID {
				t.Errorf("the second sign-in is %s", again.UID)
			}
		}
		if owner := must(dir.ByAddress(ctx, "guest@example.org"))(t); owner.ID != guest.ID {
			t.Errorf("the guest's address went to %s", owner.UID)
		}
		if found := must(dir.Search(ctx, "nina", 5))(t); len(found) != 1 {
			t.Errorf("the newcomer is not found")
		}
	})
}

func TestTheRoleIsWhatTheGroupsSayExactlyEachTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		who := people.Identity{Issuer: issuer, Subject: "t", UID: "tarik.benali"}
		for _, c := range []struct {
			groups []string
			want   people.Role
		}{
			{[]string{"amigo-tech"}, people.Technician},
			{[]string{"amigo-sup", "amigo-tech"}, people.Supervisor},
			{[]string{"everyone", "root"}, people.Administrator},
			{[]string{"AMIGO-TECH", "amigo-tech2", "amigo", " amigo-sup", "amigo-admins", ""}, people.Requester},
			{[]string{"amigo-sup"}, people.Supervisor},
			{nil, people.Requester},
		} {
			who.Groups = c.groups
			p := must(dir.SignIn(ctx, who))(t)
			stored := must(dir.ByUID(ctx, "tarik.benali"))(t)
			if p.Role != c.want || stored.Role != c.want {
				t.Errorf("%v: %s, stored %s, want %s", c.groups, p.Role, stored.Role, c.want)
			}
		}
		if log := audited(t, d); log != "account.bind"+strings.Repeat(" role.change", 5) {
			t.Errorf("audit: %s", log)
		}
	})
}

func TestADisabledPersonDoesNotSignInAndIsNotBound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		yes, no := true, false
		disable := func(uid string, is *bool) {
			must(dir.Import(ctx, people.Batch{Persons: []people.Entry{{UID: uid, Disabled: is}}}))(t)
		}
		disable("clara.hebert", &yes)
		if _, err := dir.SignIn(ctx, clara()); !errors.Is(err, fault.Denied) || message(err) != "people.signin.disabled" {
			t.Fatalf("%v", err)
		}
		disable("clara.hebert", &no)
		must(dir.SignIn(ctx, clara()))(t)
		disable("clara.hebert", &yes)
		if _, err := dir.SignIn(ctx, clara()); !errors.Is(err, fault.Denied) {
			t.Fatalf("bound and disabled: %v", err)
		}
		if log := audited(t, d); log != "signin.refuse account.bind signin.refuse" {
			t.Errorf("audit: %s", log)
		}
	})
}

func TestAnIdentityWithoutIssuerOrSubjectIsNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := directory(t, d)
		for _, who := range []people.Identity{{Subject: "x", UID: "clara.hebert"}, {Issuer: issuer, UID: "clara.hebert"}, {Issuer: issuer, Subject: "nul\x00"}} {
			if _, err := dir.SignIn(t.Context(), who); !errors.Is(err, fault.Denied) {
				t.Errorf("%+v: %v", who, err)
			}
		}
	})
}

func TestManyFirstSignInsAtOnceAreOnePerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		var wg sync.WaitGroup
		var mu sync.Mutex
		ids := map[people.ID]int{}
		for i := range 8 {
			who := people.Identity{Issuer: issuer, Subject: "new", UID: "nina.roux", Groups: []string{"amigo-tech"}}
			if i%2 == 1 {
				who = clara()
			}
			wg.Go(func() {
				p, err := dir.SignIn(ctx, who)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				ids[p.ID]++
			})
		}
		wg.Wait()
		if len(ids) != 2 {
			t.Errorf("persons: %v", ids)
		}
	})
}

func TestOfTwoAccountsThatClaimOneMemberAtOnceOneWins(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		var wg sync.WaitGroup
		results := make([]error, 6)
		for i := range results {
			wg.Go(func() {
				_, results[i] = dir.SignIn(ctx, people.Identity{Issuer: issuer, Subject: strings.Repeat("x", i+1), UID: "clara.hebert"})
			})
		}
		wg.Wait()
		won := 0
		for _, err := range results {
			switch {
			case err == nil:
				won++
			case !errors.Is(err, fault.Denied):
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("%d accounts were bound", won)
		}
	})
}
