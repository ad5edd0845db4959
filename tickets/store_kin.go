package tickets

import (
	"context"
	"strconv"
	"strings"
	"time"

	"amigo/app/db"
)

// kinRow is a ticket around another, or a count of such.
type kinRow struct {
	Tie       string
	ID        ID // of a count: how many there are
	Subject   string
	Status    Status
	CreatedAt *time.Time
	Live      int
}

// Of the rows of [store.kin] these are counts.
const (
	askedTally = "tally asked"
	placeTally = "tally place"
)

// kin reads the tickets around one, in one statement: each part follows an index
// and ends after a few rows, and the counts look at the newest MaxCount.
func (s store) kin(ctx context.Context, t Ticket) (k Kin, err error) {
	var parts []string
	var args []any
	heads := "id, subject, status, created_at, 0 AS live"
	add := func(sql string, more ...any) {
		parts, args = append(parts, "SELECT * FROM ("+sql+") AS part"+strconv.Itoa(len(parts))), append(args, more...)
	}
	add("SELECT 'child' AS tie, "+heads+" FROM tickets WHERE parent_id = ? ORDER BY id LIMIT "+strconv.Itoa(maxKin), t.ID)
	add("SELECT 'merged' AS tie, "+heads+" FROM tickets WHERE merged_into_id = ? ORDER BY id LIMIT "+strconv.Itoa(maxKin), t.ID)
	add("SELECT 'parent' AS tie, "+heads+" FROM tickets WHERE id = ?", t.Parent)
	add("SELECT 'survivor' AS tie, "+heads+" FROM tickets WHERE id = ?", t.MergedInto)
	tied := "t.id, t.subject, t.status, t.created_at, 0 AS live FROM links JOIN tickets t ON t.id = "
	add("SELECT links.kind AS tie, "+tied+"links.other_id WHERE links.ticket_id = ? ORDER BY t.id LIMIT "+strconv.Itoa(maxKin), t.ID)
	add("SELECT 'from ' || links.kind AS tie, "+tied+"links.ticket_id WHERE links.other_id = ? ORDER BY t.id LIMIT "+strconv.Itoa(maxKin), t.ID)
	add("SELECT 'asked' AS tie, "+heads+" FROM tickets WHERE requester_id = ? AND id <> ? ORDER BY created_at DESC LIMIT "+strconv.Itoa(nearest), t.Requester, t.ID)
	// A count stands by itself: inside another part its empty date would be a text.
	tally := func(name, column string, value any) {
		parts, args = append(parts, "SELECT '"+name+"' AS tie, COUNT(*) AS id, '' AS subject, '' AS status, NULL AS created_at, "+
			"COALESCE(SUM(CASE WHEN status IN ('solved', 'closed') THEN 0 ELSE 1 END), 0) AS live FROM "+
			"(SELECT status FROM tickets WHERE "+column+" = ? ORDER BY created_at DESC LIMIT "+strconv.Itoa(MaxCount)+") AS counted"), append(args, value)
	}
	tally(askedTally, "requester_id", t.Requester)
	if t.Establishment != "" {
		add("SELECT 'place' AS tie, "+heads+" FROM tickets WHERE establishment = ? AND requester_id <> ? AND id <> ? ORDER BY created_at DESC LIMIT "+
			strconv.Itoa(nearest), t.Establishment, t.Requester, t.ID)
		tally(placeTally, "establishment", t.Establishment)
	}
	var rows []kinRow
	if err := s.db.Gorm(ctx).Raw(strings.Join(parts, " UNION ALL "), args...).Scan(&rows).Error; err != nil {
		return k, db.Fault(err)
	}
	for _, r := range rows {
		k.add(r)
	}
	return k, nil
}

// tieOf says what the words of [store.kin] mean where they are not the tie itself.
var tieOf = map[string]Tie{"from related": IsRelated, "from duplicate": DuplicatedBy, "from cause": CauseOf}

func (k *Kin) add(r kinRow) {
	switch r.Tie {
	case askedTally:
		k.Asked = Tally{All: int(r.ID), Live: r.Live}
	case placeTally:
		k.Place = Tally{All: int(r.ID), Live: r.Live}
	default:
		tie, named := tieOf[r.Tie]
		if !named {
			tie = Tie(r.Tie)
		}
		k.All = append(k.All, Relative{Tie: tie, ID: r.ID, Subject: r.Subject, Status: r.Status, CreatedAt: orZero(r.CreatedAt)})
	}
}
