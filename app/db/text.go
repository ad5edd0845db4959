package db

import "strings"

// Text is s as both databases keep it: PostgreSQL refuses a NUL and bytes that
// are not UTF-8, which come with mail and with other people's error messages.
// NULs are dropped, wrong bytes become U+FFFD.
func Text(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD")
}
