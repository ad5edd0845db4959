package mailin

import (
	"fmt"
	"strings"
)

// After is what becomes of a message in its mailbox once it is kept. The zero
// After marks it as seen.
type After struct {
	Flag   string // set instead of \Seen: a keyword, or "\Flagged"
	Folder string // moved there, seen
}

// ParseAfter reads "seen" (or nothing), "flag:NAME" and "move:FOLDER". The folder
// is named as the server does, with its own separator: Traités, INBOX.Traités.
func ParseAfter(text string) (After, error) {
	what, name, _ := strings.Cut(text, ":")
	switch {
	case text == "" || text == "seen":
		return After{}, nil
	case what == "flag" && isFlag(name):
		return After{Flag: name}, nil
	case what == "move" && name != "" && !strings.ContainsAny(name, "*%\r\n\x00"):
		return After{Folder: name}, nil
	}
	return After{}, fmt.Errorf("after=%q: seen, flag:NAME or move:FOLDER is wanted", text)
}

// isFlag says whether a word is a flag that a client may set (RFC 3501 section 9).
func isFlag(name string) bool {
	if system, ok := strings.CutPrefix(name, `\`); ok {
		return system == "Seen" || system == "Flagged" || system == "Answered"
	}
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`(){%*"\]`, r)
	})
}
