package mailin

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// envelope is what a sender's server says of a message beside the message.
type envelope struct {
	from  string // empty for the null sender
	to    []string
	helo  string
	peer  string // the address that it came from
	by    string // our name
	with  string // the protocol (RFC 5321 section 4.4)
	at    time.Time
	known bool // the peer is one of ours
}

// traced is a message as it is kept: under the lines that the last server of a
// message writes (RFC 5321 section 4.4), which say what the envelope said, and
// the addresses that it was delivered to. A sender's own lines of these names
// come after, and count less.
//
// From a peer that is not one of ours the fields in which a server says that it
// has authenticated somebody are taken off (RFC 8601 section 5).
func (e envelope) traced(raw []byte) []byte {
	var trace bytes.Buffer
	fmt.Fprintf(&trace, "Return-Path: <%s>\r\n", oneLine(e.from))
	for _, to := range e.to {
		fmt.Fprintf(&trace, "Delivered-To: %s\r\n", oneLine(to))
	}
	fmt.Fprintf(&trace, "Received: from %s ([%s])\r\n\tby %s with %s; %s\r\n",
		hostName(e.helo), e.peer, hostName(e.by), e.with, e.at.Format(time.RFC1123Z))
	if !e.known {
		raw = withoutAuthResults(raw)
	}
	return append(trace.Bytes(), raw...)
}

// untraced is a message without the lines that traced put on it, for so many
// recipients: what the sender sent.
func untraced(raw []byte, recipients int) []byte {
	at := 0
	for range recipients + 3 { // Return-Path, and Received on two lines
		_, at = cutLine(raw, at)
	}
	return raw[at:]
}

// key tells a message from every other that came by the same way: its bytes and
// the addresses that it is for.
func (e envelope) key(raw []byte) string {
	h := sha256.New()
	h.Write(raw)
	for _, to := range slices.Sorted(slices.Values(e.to)) {
		_, _ = io.WriteString(h, "\n"+strings.ToLower(to))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// hostName is a name that a stranger gave, safe inside a Received field.
func hostName(s string) string {
	s = strings.Map(func(r rune) rune {
		if r <= ' ' || r >= 0x7f || strings.ContainsRune(`();<>\"`, r) {
			return -1
		}
		return r
	}, s)
	return firstNonEmpty(clip(s, 255), "unknown")
}

// withoutAuthResults takes the Authentication-Results fields off the head of a
// message and leaves every other byte as it is.
func withoutAuthResults(raw []byte) []byte {
	var kept []byte
	dropping, cut := false, 0
	for i := 0; i < len(raw); {
		line, next := cutLine(raw, i)
		if len(line) == 0 {
			break
		}
		if line[0] != ' ' && line[0] != '\t' {
			name, _, _ := bytes.Cut(line, []byte{':'})
			dropping = strings.EqualFold(string(bytes.TrimSpace(name)), "authentication-results")
		}
		if dropping {
			kept = append(kept, raw[cut:i]...)
			cut = next
		}
		i = next
	}
	if cut == 0 {
		return raw
	}
	return append(kept, raw[cut:]...)
}
