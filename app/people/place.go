package people

import (
	"context"
	"fmt"
	"slices"

	"amigo/app/db"
)

// Establishment reads one by its UAI code.
func (d *Directory) Establishment(ctx context.Context, uai string) (Establishment, error) {
	e, err := d.store.establishment(ctx, "uai = ?", db.Text(NormalUAI(uai)))
	if err != nil {
		return Establishment{}, fmt.Errorf("people: establishment %q: %w", uai, err)
	}
	return e, nil
}

// EstablishmentsMany reads several, by UAI code, which may repeat; those that
// are not there are left out.
func (d *Directory) EstablishmentsMany(ctx context.Context, uais []string) (map[string]Establishment, error) {
	uais = slices.Compact(slices.Sorted(slices.Values(uais)))
	all, err := d.store.establishmentsOf(ctx, uais)
	if err != nil {
		return nil, fmt.Errorf("people: %d establishments: %w", len(uais), err)
	}
	found := make(map[string]Establishment, len(all))
	for _, e := range all {
		found[e.UAI] = e
	}
	return found, nil
}

// Sites lists all sites by name.
func (d *Directory) Sites(ctx context.Context) ([]Site, error) {
	all, err := d.sites.Get(ctx)
	if err != nil {
		return nil, fmt.Errorf("people: sites: %w", err)
	}
	return slices.Clone(all), nil
}

// Teams lists all teams by name.
func (d *Directory) Teams(ctx context.Context) ([]Team, error) {
	all, err := d.teams.Get(ctx)
	if err != nil {
		return nil, fmt.Errorf("people: teams: %w", err)
	}
	return slices.Clone(all), nil
}

// Staff lists enabled members of at least that role, by name; of a team when
// team is not 0.
func (d *Directory) Staff(ctx context.Context, least Role, team TeamID) ([]Person, error) {
	var roles []Role
	for _, r := range Roles {
		if r.AtLeast(least) {
			roles = append(roles, r)
		}
	}
	all, err := d.store.staff(ctx, roles, team)
	if err != nil {
		return nil, fmt.Errorf("people: staff: %w", err)
	}
	return all, nil
}

// Teaches says whether it lives by the school terms: every establishment but the
// academy's own offices, which open in the holidays, too.
func (e Establishment) Teaches() bool {
	return e.Kind != "" && !slices.Contains([]string{"rectorat", "dsden", "cio"}, e.Kind)
}
