package calendar

import (
	"context"
	"time"

	"amigo/app/fault"
)

// Edition is a version together with how it came about.
type Edition struct {
	ID     VersionID
	Number int       // 1, 2, 3 … within the calendar
	At     time.Time // when it was put in force
	Source string    // a file's name, an address, an edit; empty for what came with the program
	Author string    // uid of who put it in force; empty for the program
	Spec   Spec
}

// History gives all versions of a calendar, the newest first; fault.NotFound if
// there is no calendar of that name.
func (b *Book) History(ctx context.Context, name string) (list []Edition, err error) {
	defer fault.Wrap(&err, "calendar %q: history", name)
	rows, err := b.store.history(ctx, name)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fault.NotFound
	}
	for _, row := range rows {
		spec, err := Parse([]byte(row.Spec))
		if err != nil {
			return nil, err
		}
		list = append(list, Edition{row.ID, row.Number, row.CreatedAt, row.Source, row.Author, spec})
	}
	return list, nil
}

// Spec is the definition of a version, the caller's own to change;
// fault.NotFound if there is none.
func (b *Book) Spec(ctx context.Context, id VersionID) (s Spec, err error) {
	defer fault.Wrap(&err, "calendar version %d: definition", id)
	row, err := b.store.version(ctx, id)
	if err != nil {
		return Spec{}, err
	}
	return Parse([]byte(row.Version.Spec))
}
