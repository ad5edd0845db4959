package people

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"amigo/app/audit"
	"amigo/app/fault"
)

const (
	// tokenPrefix lets a program that looks for leaked secrets know ours.
	tokenPrefix = "amigo_"
	// maxLasting is how long a token may live.
	maxLasting = 2 * 366 * 24 * time.Hour
	// usedEvery is how exactly the last use of a token is known: a write at
	// each request would make every reader of the API a writer.
	usedEvery = time.Minute
)

// CreateToken makes a bearer token for the member with that uid, at most with
// role (empty: the one that the person has now), for a time of up to two years.
// The text is returned this once.
func (d *Directory) CreateToken(ctx context.Context, uid string, role Role, lasting time.Duration) (token string, err error) {
	defer fault.Wrap(&err, "people: token")
	fields := fault.Fields{}
	if role != "" && !role.Valid() {
		fields.Add("role", "people.token.role")
	}
	if lasting <= 0 || lasting > maxLasting {
		fields.Add("expires", "people.token.lasting")
	}
	if err := fields.Err(); err != nil {
		return "", err
	}
	token = tokenPrefix + d.NewToken()
	err = d.db.Tx(ctx, func(ctx context.Context) error { return d.createToken(ctx, token, uid, role, lasting) })
	if err != nil {
		return "", err
	}
	return token, nil
}

func (d *Directory) createToken(ctx context.Context, token, uid string, role Role, lasting time.Duration) error {
	p, err := d.ByUID(ctx, uid)
	if err != nil {
		return err
	}
	if p.Kind != Member || p.DisabledAt != nil {
		return fmt.Errorf("%s: %w", uid, fault.Because(fault.Denied, "people.token.person"))
	}
	if role == "" {
		role = p.Role
	}
	role = p.Role.Lower(role)
	now := d.db.Now(ctx)
	row := tokenRow{Hash: tokenHash(token), PersonID: p.ID, Role: role, CreatedAt: now, ExpiresAt: now.Add(lasting)}
	if err := d.store.createToken(ctx, row); err != nil {
		return err
	}
	return d.audit.Write(ctx, audit.Entry{
		Actor: actorUID(ctx), Action: "token.create", Subject: "person:" + p.UID,
		Details: map[string]any{"role": string(role), "expires": row.ExpiresAt.Format(time.RFC3339)},
	})
}

// Bearer is the actor behind a token, with the lesser of the token's role and
// the one that the person has now. Unknown, revoked or expired is fault.Denied,
// and so is a disabled person; they are not told apart.
func (d *Directory) Bearer(ctx context.Context, token string) (Actor, error) {
	found, err := d.store.bearer(ctx, tokenHash(token))
	if err != nil && !errors.Is(err, fault.NotFound) {
		return Actor{}, fmt.Errorf("people: bearer: %w", err)
	}
	now := d.db.Now(ctx)
	if err != nil || found.RevokedAt != nil || !now.Before(found.ExpiresAt) || found.Person.DisabledAt != nil {
		return Actor{}, fmt.Errorf("people: bearer: %w", fault.Because(fault.Denied, "people.token.denied"))
	}
	if found.UsedAt == nil || now.Sub(*found.UsedAt) >= usedEvery {
		d.noteUse(ctx, found.TokenID)
	}
	a := found.Person.actor(API)
	a.Role = a.Role.Lower(found.TokenRole)
	return a, nil
}

// noteUse remembers when a token last served. That it could not be noted is no
// reason to refuse the request.
func (d *Directory) noteUse(ctx context.Context, token int64) {
	err := d.db.Tx(ctx, func(ctx context.Context) error {
		return d.store.used(ctx, token, d.db.Now(ctx).Add(-usedEvery))
	})
	if err != nil {
		slog.WarnContext(ctx, "people: the use of a token was not noted", "error", err)
	}
}

func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
