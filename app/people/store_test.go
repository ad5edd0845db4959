package people

import (
	"testing"

	"amigo/app/db"
	"amigo/app/db/dbtest"
)

func TestRowsAreTheTables(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for table, row := range map[string]any{
			"persons": personRow{}, "addresses": addressRow{}, "memberships": membershipRow{}, "team_members": teamMemberRow{},
			"person_words": wordRow{}, "establishments": establishmentRow{}, "teams": teamRow{}, "sites": siteRow{},
			"tokens": tokenRow{}, "accounts": accountRow{},
			"letter_choices": choicesRow{},
		} {
			dbtest.MatchesTable(t, d, row, table)
		}
	})
}
