package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/db"
	"amigo/app/people"
)

// sessionStore keeps sessions in the database, under the SHA-256 of their
// tokens: who reads the table cannot enter with it. It is a scs.CtxStore.
type sessionStore struct {
	db            *db.DB
	idle, longest time.Duration
}

// sessionRow is a row of the table sessions.
type sessionRow struct {
	Hash      string `gorm:"primaryKey"`
	PersonID  *int64
	Issuer    string
	Subject   string
	Sid       string
	Data      []byte
	CreatedAt time.Time
	SeenAt    time.Time
	ExpiresAt time.Time
}

// TableName is the table of session rows.
func (sessionRow) TableName() string { return "sessions" }

// exactly is how exactly it is known when a session was last used: to a thirtieth
// of the time after which it ends. A write at each request would make every reader
// a writer.
func (s sessionStore) exactly() time.Duration { return s.idle / 30 }

// errEnded says that a session was ended while the request was under way.
var errEnded = errors.New("web: the session has ended")

// session is a session as a request finds it, with the person whose it is.
type session struct {
	Row    sessionRow      `gorm:"embedded"`
	Person people.Standing `gorm:"embedded"`
}

// find reads a session that has not expired, and its person; ok is false where
// there is none.
func (s sessionStore) find(ctx context.Context, token string) (found session, ok bool, err error) {
	var rows []session
	err = s.db.Gorm(ctx).Table("sessions s").Joins("LEFT JOIN persons p ON p.id = s.person_id").
		Select("s.hash, s.person_id, s.data, s.created_at, s.seen_at, s.expires_at, "+people.StandingColumns).
		Where("s.hash = ? AND s.expires_at > ?", hashOf(token), s.db.Now(ctx)).Limit(1).Scan(&rows).Error
	if err != nil || len(rows) == 0 || json.Unmarshal(rows[0].Row.Data, &writtenVisit{}) != nil {
		return session{}, false, db.Fault(err)
	}
	return rows[0], true, nil
}

type foundKey struct{}

// withFound remembers in ctx which session the request's token was found to be.
func withFound(ctx context.Context, found session) context.Context {
	return context.WithValue(ctx, foundKey{}, found)
}

// foundIn is the session that the request came with; zero without one.
func foundIn(ctx context.Context) session {
	found, _ := ctx.Value(foundKey{}).(session)
	return found
}

type knownKey struct{}

// withKnown remembers in ctx which session the request came with. What it
// writes back is then an update: a session that was ended meanwhile stays so.
func withKnown(ctx context.Context, token string) context.Context {
	return context.WithValue(ctx, knownKey{}, hashOf(token))
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// FindCtx reads a session that has not expired and can be read: the one that the
// request was found to have, without asking again.
func (s sessionStore) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	if f := foundIn(ctx); f.Row.Hash == hashOf(token) {
		return f.Row.Data, true, nil
	}
	f, found, err := s.find(ctx, token)
	return f.Row.Data, found, err
}

// CommitCtx writes a session. When it ends is counted here, on our own clock.
func (s sessionStore) CommitCtx(ctx context.Context, token string, data []byte, _ time.Time) error {
	var w writtenVisit
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	hash := hashOf(token)
	return s.db.Tx(ctx, func(ctx context.Context) error {
		if known, _ := ctx.Value(knownKey{}).(string); known == hash {
			return s.update(ctx, hash, data)
		}
		return s.insert(ctx, hash, data, w.Visit)
	})
}

func (s sessionStore) update(ctx context.Context, hash string, data []byte) error {
	done := s.db.Gorm(ctx).Model(&sessionRow{}).Where("hash = ?", hash).Update("data", data)
	if done.Error == nil && done.RowsAffected == 0 {
		return errEnded
	}
	return db.Fault(done.Error)
}

func (s sessionStore) insert(ctx context.Context, hash string, data []byte, v visit) error {
	now := s.db.Now(ctx)
	row := sessionRow{
		Hash: hash, Issuer: v.Issuer, Subject: v.Subject, Sid: v.SID, Data: data,
		CreatedAt: now, SeenAt: now, ExpiresAt: s.end(now, now),
	}
	if v.Person != 0 {
		row.PersonID = new(int64(v.Person))
	}
	again := clause.OnConflict{Columns: []clause.Column{{Name: "hash"}}, DoUpdates: clause.AssignmentColumns([]string{"data"})}
	return db.Fault(s.db.Gorm(ctx).Clauses(again).Create(&row).Error)
}

// end is when a session ends that began and was last used at these instants.
func (s sessionStore) end(began, seen time.Time) time.Time {
	longest, idle := began.Add(s.longest), seen.Add(s.idle)
	if idle.Before(longest) {
		return idle
	}
	return longest
}

// touch notes that a session is in use, when that is not known for recent, and
// gives it as it is then.
func (s sessionStore) touch(ctx context.Context, f session) (session, error) {
	now := s.db.Now(ctx)
	if f.Row.SeenAt.After(now.Add(-s.exactly())) {
		return f, nil
	}
	end := s.end(f.Row.CreatedAt, now)
	err := s.db.Single(ctx, func(ctx context.Context) error {
		changed := map[string]any{"seen_at": now, "expires_at": end}
		return db.Fault(s.db.Gorm(ctx).Model(&sessionRow{}).Where("hash = ?", f.Row.Hash).Updates(changed).Error)
	})
	if err == nil {
		f.Row.SeenAt, f.Row.ExpiresAt = now, end
	}
	return f, err
}

// DeleteCtx ends a session.
func (s sessionStore) DeleteCtx(ctx context.Context, token string) error {
	return s.remove(ctx, "hash = ?", hashOf(token))
}

// ofPerson ends all sessions of a person.
func (s sessionStore) ofPerson(ctx context.Context, id people.ID) error {
	return s.remove(ctx, "person_id = ?", int64(id))
}

// ofAccount ends the sessions of an account at a provider: those of the
// provider's session sid, or all of the subject where sid is empty.
func (s sessionStore) ofAccount(ctx context.Context, issuer, subject, sid string) error {
	switch {
	case issuer == "" || subject == "" && sid == "":
		return nil
	case sid == "":
		return s.remove(ctx, "issuer = ? AND subject = ?", issuer, subject)
	case subject == "":
		return s.remove(ctx, "issuer = ? AND sid = ?", issuer, sid)
	}
	return s.remove(ctx, "issuer = ? AND subject = ? AND sid = ?", issuer, subject, sid)
}

// sweep removes what has expired.
func (s sessionStore) sweep(ctx context.Context) error {
	return s.remove(ctx, "expires_at <= ?", s.db.Now(ctx))
}

func (s sessionStore) remove(ctx context.Context, where string, args ...any) error {
	return s.db.Tx(ctx, func(ctx context.Context) error {
		return db.Fault(s.db.Gorm(ctx).Where(where, args...).Delete(&sessionRow{}).Error)
	})
}

// Find, Commit and Delete are what scs.Store asks for; scs calls the ones with
// a context.
func (s sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s sessionStore) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a context.
func (s sessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
