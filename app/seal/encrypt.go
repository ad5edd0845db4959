package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
)

// Encrypt hides a value for a purpose: AES-256-GCM under a random nonce, as
// base64url without padding. The same value encrypts differently each time.
// One purpose is good for 2^32 values (NIST SP 800-38D section 8.3). A purpose
// that names the row ("code/17") keeps a value from being moved to another.
func (s *Sealer) Encrypt(purpose string, value []byte) string {
	sealed := gcm(s.roots[0], purpose).Seal(nil, nil, value, nil) //nolint:gosec // this AEAD chooses a random nonce by itself and wants none
	return base64.RawURLEncoding.EncodeToString(sealed)
}

// Decrypt gives the value that Encrypt hid for the same purpose. The error is
// [ErrForged].
func (s *Sealer) Decrypt(purpose, text string) ([]byte, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || base64.RawURLEncoding.EncodeToString(raw) != text {
		return nil, ErrForged
	}
	for _, root := range s.roots {
		if value, err := gcm(root, purpose).Open(nil, nil, raw, nil); err == nil {
			return value, nil
		}
	}
	return nil, ErrForged
}

// gcm is the cipher of one purpose; it keeps its nonce in front of what it
// encrypts.
func gcm(root []byte, purpose string) cipher.AEAD {
	block, err := aes.NewCipher(key(root, "secret", purpose))
	if err != nil {
		panic(err) // the key has 32 bytes
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // the block has 16 bytes
	}
	return aead
}
