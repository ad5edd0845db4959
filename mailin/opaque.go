package mailin

import "bytes"

// The tags of ASN.1 (ITU X.690) that lead to the content of a signed message.
const (
	tagOctets     = 0x04
	tagOID        = 0x06
	tagOctetsOpen = 0x24 // octets in pieces
	tagSequence   = 0x30
	tagSet        = 0x31
	tagFirst      = 0xa0 // [0], constructed
	maxPieces     = 1 << 20
)

// The content types of CMS (RFC 5652 sections 4 and 5), as they are encoded.
var (
	oidData       = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01}
	oidSignedData = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02}
)

// opaque gives what an opaque signature (S/MIME, application/pkcs7-mime with
// signed-data) holds: a part with its own head. It is nil for what is encrypted,
// and for what cannot be read. Nobody's signature is checked here.
//
// The encoding may be BER, with lengths left open and octets in pieces, as
// programs write it that do not know the length beforehand. The pieces are put
// together where they stand: der is written over.
func opaque(der []byte) []byte {
	r := &asn{rest: der}
	if !r.enter(tagSequence) || !bytes.Equal(r.value(tagOID), oidSignedData) || !r.enter(tagFirst) || !r.enter(tagSequence) {
		return nil
	}
	r.skip() // the version
	if tag, _ := r.peek(); tag != tagSet {
		return nil
	}
	r.skip() // the digests
	if !r.enter(tagSequence) || !bytes.Equal(r.value(tagOID), oidData) || !r.enter(tagFirst) {
		return nil
	}
	return r.octets()
}

// asn walks over ASN.1 without building anything. After the first fault it
// has nothing left.
type asn struct{ rest []byte }

// peek is the tag of the next element, and how long its content is: -1 where
// that is left open. Tags of more than a byte do not occur here.
func (r *asn) peek() (tag byte, length int) {
	tag, length, _ = r.head()
	return tag, length
}

// head reads tag and length, and says how many bytes they take; 0 at a fault.
func (r *asn) head() (tag byte, length, n int) {
	if len(r.rest) < 2 || r.rest[0]&0x1f == 0x1f {
		return 0, 0, 0
	}
	tag, first := r.rest[0], r.rest[1]
	switch {
	case first < 0x80:
		length, n = int(first), 2
	case first == 0x80:
		return tag, -1, 2
	case first > 0x84 || len(r.rest) < 2+int(first&0x7f):
		return 0, 0, 0
	default:
		n = 2 + int(first&0x7f)
		for _, b := range r.rest[2:n] {
			length = length<<8 | int(b)
		}
	}
	if length > len(r.rest)-n {
		return 0, 0, 0
	}
	return tag, length, n
}

// enter goes inside the next element, if it is a tag.
func (r *asn) enter(want byte) bool {
	tag, _, n := r.head()
	if n == 0 || tag != want {
		r.rest = nil
		return false
	}
	r.rest = r.rest[n:]
	return true
}

// value is the content of the next element, if it is a tag of known length.
func (r *asn) value(want byte) []byte {
	tag, length, n := r.head()
	if n == 0 || tag != want || length < 0 {
		r.rest = nil
		return nil
	}
	v := r.rest[n : n+length]
	r.rest = r.rest[n+length:]
	return v
}

// skip goes over the next element, whatever it is; one of open length ends with
// two zeros, after as many as are opened within.
func (r *asn) skip() {
	for open := 0; ; {
		tag, length, n := r.head()
		switch {
		case n == 0:
			r.rest = nil
			return
		case length < 0:
			open++
			r.rest = r.rest[n:]
		default:
			r.rest = r.rest[n+length:]
			if tag == 0 && length == 0 {
				open--
			}
		}
		if open <= 0 {
			return
		}
	}
}

// octets are those of the next element, their pieces put together.
func (r *asn) octets() []byte {
	tag, length, n := r.head()
	if tag == tagOctets {
		return r.value(tagOctets)
	}
	if n == 0 || tag != tagOctetsOpen {
		return nil
	}
	inside := &asn{rest: r.rest[n:]}
	if length >= 0 {
		inside.rest = inside.rest[:length]
	}
	pieces := inside.rest[:0] // each moves towards the start, behind what is read
	for range maxPieces {
		if tag, _ := inside.peek(); tag != tagOctets {
			break // the end, or pieces of pieces, which nobody writes
		}
		pieces = append(pieces, inside.value(tagOctets)...)
	}
	return pieces
}
