package sso

import (
	"context"

	"amigo/app/db"
)

// DemoMark is the setting that makes a database one of demonstration: its
// value is "loaded" once the demonstration is there.
const DemoMark = "demonstration"

// isDemonstration says whether the database bears the mark.
func isDemonstration(ctx context.Context, d *db.DB) (bool, error) {
	var n int64
	err := d.Gorm(ctx).Table("settings").Where("key = ? AND value = 'loaded'", DemoMark).Count(&n).Error
	return n > 0, db.Fault(err)
}
