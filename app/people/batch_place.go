package people

import "slices"

// schoolKinds are the kinds of establishment, see [Establishment].
var schoolKinds = []string{"ecole", "college", "lycee", "lycee_pro", "erea", "erpd", "lpa", "lpm", "rectorat", "dsden", "cio"}

// SchoolKinds lists the kinds of establishment, schools before offices.
func SchoolKinds() []string { return slices.Clone(schoolKinds) }

// checkPlaces lists what is wrong with sites, establishments and teams.
func (b Batch) checkPlaces(k known, p *Problems) {
	seen := map[string]bool{}
	once := func(key string) {
		if seen[key] {
			p.add(b.lines[key], "people.import.place_twice", "Key", key)
		}
		seen[key] = true
	}
	for _, s := range b.Sites {
		once("site " + s.Code)
		if !codeShape.MatchString(s.Code) || s.Name == "" {
			p.add(0, "people.import.site_shape", "Site", s.Code)
		}
	}
	for _, e := range b.Establishments {
		once(e.UAI)
		b.checkEstablishment(e, k, p)
	}
	for _, t := range b.Teams {
		once(t.Slug)
		if !codeShape.MatchString(t.Slug) || t.Name == "" {
			p.add(b.lines[t.Slug], "people.import.team_shape", "Team", t.Slug)
		}
		if t.Site != "" && !k.sites[t.Site] {
			p.add(b.lines[t.Slug], "people.import.site", "Site", t.Site)
		}
	}
}

func (b Batch) checkEstablishment(e Establishment, k known, p *Problems) {
	line := b.lines[e.UAI]
	if !uaiShape.MatchString(e.UAI) {
		p.add(line, "people.import.uai", "UAI", e.UAI)
	}
	if e.Name == "" {
		p.add(line, "people.import.school_name", "UAI", e.UAI)
	}
	if !slices.Contains(schoolKinds, e.Kind) {
		p.add(line, "people.import.school_kind", "Kind", e.Kind)
	}
	if !k.sites[e.Site] {
		p.add(line, "people.import.site", "Site", e.Site)
	}
	if e.Email == "" {
		return
	}
	owner, owned := k.owners[e.Email]
	switch {
	case !validAddress(e.Email):
		p.add(line, "people.import.address", "Address", e.Email)
	case owned && owner.Kind == Member:
		p.add(line, "people.import.address_taken", "Address", e.Email, "UID", owner.UID)
	case k.mailbox[e.Email] != e.UAI:
		p.add(line, "people.import.address_taken", "Address", e.Email, "UID", k.mailbox[e.Email])
	}
}

// with is what will be known once the places of a batch are written.
func (k known) with(b Batch) known {
	for _, s := range b.Sites {
		k.sites[s.Code] = true
	}
	for _, e := range b.Establishments {
		if old := k.schools[e.UAI].Email; old != "" && k.mailbox[old] == e.UAI {
			delete(k.mailbox, old)
		}
		k.schools[e.UAI] = e
	}
	for _, e := range b.Establishments {
		if _, taken := k.mailbox[e.Email]; e.Email != "" && !taken {
			k.mailbox[e.Email] = e.UAI
		}
	}
	for _, t := range b.Teams {
		k.teams[t.Slug] = Team{ID: k.teams[t.Slug].ID, Slug: t.Slug, Name: t.Name, Site: t.Site}
	}
	return k
}
