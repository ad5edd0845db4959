package mailin

import "strings"

// unflow undoes format=flowed (RFC 3676): lines that end in a space go on in the
// next one of the same quotation depth. delsp removes that space as well.
func unflow(text string, delsp bool) string {
	var out strings.Builder
	out.Grow(len(text))
	flowing, before, started := false, 0, false
	for line := range strings.SplitSeq(text, "\n") {
		depth := len(line) - len(strings.TrimLeft(line, ">"))
		rest := strings.TrimPrefix(line[depth:], " ")
		if strings.HasPrefix(rest, ">") {
			rest = line[depth:] // the space is what tells it from a quotation
		}
		if !flowing || depth != before || rest == "-- " {
			if started {
				out.WriteByte('\n')
			}
			out.WriteString(strings.Repeat(">", depth))
			if depth > 0 && rest != "" {
				out.WriteByte(' ')
			}
		}
		started = true
		// RFC 3676 4.3: the signature separator is never flowed.
		flowing, before = strings.HasSuffix(rest, " ") && rest != "-- ", depth
		if flowing && delsp {
			rest = strings.TrimSuffix(rest, " ")
		}
		out.WriteString(rest)
	}
	return out.String()
}
