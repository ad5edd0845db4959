package seal

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"amigo/app/fault"
)

const (
	minSecret = 32 // characters
	macSize   = 16 // bytes
	timeSize  = 8  // bytes
)

// What Open, OpenCode and Decrypt refuse with; both are fault.Invalid.
var (
	// ErrForged is a token that this installation did not make for this
	// purpose, or that was changed on the way.
	ErrForged = fmt.Errorf("seal: forged: %w", fault.Invalid)
	// ErrExpired is a token of ours whose time is over.
	ErrExpired = fmt.Errorf("seal: expired: %w", fault.Invalid)
)

// Sealer signs and opens. It may be used from several goroutines.
type Sealer struct {
	roots [][]byte // pseudo-random keys, the signing one first
}

// New makes a Sealer: the first secret signs, all of them open. Each must have
// at least 32 characters; the error lists every one that has not.
func New(secrets []string) (*Sealer, error) {
	if len(secrets) == 0 {
		return nil, errors.New("seal: no secret")
	}
	var problems []error
	s := &Sealer{}
	for i, secret := range secrets {
		if n := utf8.RuneCountInString(secret); n < minSecret {
			problems = append(problems, fmt.Errorf("seal: secret %d of %d has %d characters, fewer than %d", i+1, len(secrets), n, minSecret))
			continue
		}
		root, err := hkdf.Extract(sha256.New, []byte(secret), []byte("amigo"))
		problems = append(problems, err)
		s.roots = append(s.roots, root)
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return s, nil
}

// Seal signs a payload for a purpose until expires (whole seconds; a fraction
// is dropped). The token is base64url without padding, for use in a link.
func (s *Sealer) Seal(purpose string, payload []byte, expires time.Time) string {
	body := binary.BigEndian.AppendUint64(nil, uint64(expires.Unix())) //nolint:gosec // the same bits come back in Open
	body = append(body, payload...)
	return base64.RawURLEncoding.EncodeToString(sign(key(s.roots[0], "token", purpose), body))
}

// Open gives the payload of a token made by Seal for the same purpose, valid
// at an instant before its expiry. The error is [ErrForged], or [ErrExpired],
// and then the payload is given as well.
func (s *Sealer) Open(purpose, token string, at time.Time) ([]byte, error) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || base64.RawURLEncoding.EncodeToString(raw) != token {
		return nil, ErrForged
	}
	body, ok := s.verify("token", purpose, raw)
	if !ok || len(body) < timeSize {
		return nil, ErrForged
	}
	expires := time.Unix(int64(binary.BigEndian.Uint64(body)), 0) //nolint:gosec // see Seal
	payload := body[timeSize:]
	if !at.Before(expires) {
		return payload, ErrExpired
	}
	return payload, nil
}

// sign puts the signature behind the body.
func sign(key, body []byte) []byte { return append(body, mac(key, body)...) }

// verify gives the body of a signed message, if any of the secrets signed it.
func (s *Sealer) verify(use, purpose string, message []byte) (body []byte, ok bool) {
	if len(message) < macSize {
		return nil, false
	}
	body, signature := message[:len(message)-macSize], message[len(message)-macSize:]
	for _, root := range s.roots {
		if hmac.Equal(signature, mac(key(root, use, purpose), body)) {
			return body, true
		}
	}
	return nil, false
}

func mac(key, body []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(body)
	return h.Sum(nil)[:macSize]
}

// key derives the key of one use and purpose.
func key(root []byte, use, purpose string) []byte {
	k, err := hkdf.Expand(sha256.New, root, use+"\x00"+purpose, sha256.Size)
	if err != nil {
		panic(err) // only for keys longer than 8160 bytes
	}
	return k
}
