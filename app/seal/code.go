package seal

import (
	"encoding/base32"
	"encoding/binary"
	"strings"
)

// letters is the base32 of RFC 4648 in lower case: no 0 or 1 to mistake, and
// nothing that a mail server could read as a mark.
var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Code signs a payload for a purpose in a form that survives the local part of
// a mail address, and never expires. A payload of n bytes takes
// ⌈(n+16)·8/5⌉ characters: 26 for none, 36 for 6 bytes.
func (s *Sealer) Code(purpose string, payload []byte) string {
	body := append([]byte(nil), payload...)
	return letters.EncodeToString(sign(key(s.roots[0], "code", purpose), body))
}

// OpenCode gives the payload of a code made by Code for the same purpose, in
// upper or lower case. The error is [ErrForged].
func (s *Sealer) OpenCode(purpose, code string) ([]byte, error) {
	lower := strings.Map(lowerASCII, code)
	raw, err := letters.DecodeString(lower)
	if err != nil || letters.EncodeToString(raw) != lower {
		return nil, ErrForged
	}
	payload, ok := s.verify("code", purpose, raw)
	if !ok {
		return nil, ErrForged
	}
	return payload, nil
}

// lowerASCII knows only A to Z: Unicode has other signs whose lower case is k.
func lowerASCII(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}

// Pack writes numbers in as few bytes as they need, for a payload.
func Pack(numbers ...int64) []byte {
	var payload []byte
	for _, n := range numbers {
		payload = binary.AppendVarint(payload, n)
	}
	return payload
}

// Unpack reads exactly count numbers that Pack wrote. The error is
// [ErrForged]: a payload of another shape was sealed for something else.
func Unpack(payload []byte, count int) ([]int64, error) {
	numbers := make([]int64, 0, count)
	for range count {
		n, size := binary.Varint(payload)
		if size <= 0 {
			return nil, ErrForged
		}
		numbers, payload = append(numbers, n), payload[size:]
	}
	if len(payload) > 0 {
		return nil, ErrForged
	}
	return numbers, nil
}
