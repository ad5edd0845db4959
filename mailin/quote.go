package mailin

import (
	"slices"
	"strings"
)

// maxLines is how many lines of a text are looked at; all others are one line more.
const maxLines = 20_000

// Split parts a text into what its sender wrote and what they quoted, with their
// telephone's signature. Nothing is dropped: the two together hold every line
// of text that is not empty. subject tells a forward, whose content is the news,
// from an answer.
//
// In doubt everything is new, since a quotation too many is only tedious while
// a hidden answer is lost: so for answers between the quoted lines, and for a
// letter that only quotes. So also for what stands beyond the first 20,000 lines
// without a mark before it.
func Split(text, subject string) (fresh, quoted string) {
	lines := strings.SplitN(text, "\n", maxLines)
	from, to := newLines(lines, subject)
	from, to = trimLines(lines, from, to)
	to = beforeDeviceSignature(lines, from, to)
	if blankLines(lines[from:to]) {
		return strings.Trim(text, "\n"), ""
	}
	fresh = strings.Trim(strings.Join(lines[from:to], "\n"), "\n")
	rest := slices.Concat(lines[:from], lines[to:])
	return fresh, strings.Trim(strings.Join(rest, "\n"), "\n")
}

// newLines finds the range of lines that are new.
func newLines(lines []string, subject string) (from, to int) {
	all := len(lines)
	if at := markerLine(lines); at > 0 && !blankLines(lines[:at]) {
		all = at
	}
	if isForward(subject) {
		return 0, all
	}
	cut := firstCut(lines[:all])
	switch {
	case cut.kind == forwarded:
		return 0, all
	case cut.kind == separator && !blankLines(lines[:cut.from]):
		return 0, cut.from
	case cut.kind == citation:
		return aroundCitation(lines[:all], cut)
	}
	return 0, all
}

// aroundCitation decides where the answer stands when the first quotation has an
// end: above it, below it, or among several.
func aroundCitation(lines []string, c cut) (from, to int) {
	above, below := !blankLines(lines[:c.from]), !onlyFooters(lines[c.to:])
	switch {
	case above && !below:
		return 0, c.from
	case above, hasCitation(lines[c.to:]):
		return 0, len(lines)
	case below:
		return c.to, len(lines)
	}
	return 0, len(lines)
}

// cutKind says what stands at the line where quoted matter starts.
type cutKind int

const (
	noCut     cutKind = iota
	separator         // everything after it is quoted: Outlook's block, "-----Message d'origine-----"
	citation          // lines behind ">", with or without "Le … a écrit :" before them
	forwarded         // the start of a forwarded message, which is not quoted
)

// cut is a stretch of quoted lines, from its introduction on.
type cut struct {
	kind     cutKind
	from, to int
}

// firstCut finds the first line where quoted matter starts.
func firstCut(lines []string) cut {
	for i := range lines {
		if empty(lines[i]) {
			continue
		}
		line := unquoteMark(lines[i])
		switch {
		case line != lines[i]:
			return cut{citation, i, citationEnd(lines, i)}
		case isForwardLine(line):
			return cut{forwarded, i, len(lines)}
		case isSeparator(line), isHeaderBlock(lines, i), isRule(line) && isHeaderBlock(lines, nextText(lines, i+1)):
			return cut{separator, i, len(lines)}
		}
		if n := attribution(lines, i); n > 0 {
			return attributed(lines, i, nextText(lines, i+n))
		}
	}
	return cut{}
}

// attributed is the cut at "Le … a écrit :". What follows is a citation when it
// stands behind ">", or else everything to the end.
func attributed(lines []string, at, next int) cut {
	if next < len(lines) && unquoteMark(lines[next]) != lines[next] {
		return cut{citation, at, citationEnd(lines, next)}
	}
	return cut{separator, at, len(lines)}
}

// citationEnd is the line after the last of the quoted ones from i on. Empty
// lines between quoted ones belong to them.
func citationEnd(lines []string, i int) int {
	end := i
	for ; i < len(lines); i++ {
		if unquoteMark(lines[i]) != lines[i] {
			end = i + 1
		} else if !empty(lines[i]) {
			break
		}
	}
	return end
}

// hasCitation tells whether a quoted line stands among lines.
func hasCitation(lines []string) bool {
	for _, line := range lines {
		if unquoteMark(line) != line {
			return true
		}
	}
	return false
}

// unquoteMark takes the quotation mark off a line; a line without one is unchanged.
func unquoteMark(line string) string {
	if !strings.HasPrefix(line, ">") {
		return line
	}
	return strings.TrimLeft(line, "> ")
}

// onlyFooters tells whether nothing that a person would write for this letter
// stands in lines: signatures after "-- ", the lines of telephones, the footers
// of mailing lists behind a long rule.
func onlyFooters(lines []string) bool {
	for i, line := range lines {
		line = strings.TrimRight(line, " ")
		if line == "--" || isRule(line) {
			return true
		}
		if !empty(line) && !isDeviceSignature(lines[i]) {
			return false
		}
	}
	return true
}

// beforeDeviceSignature moves the end of the new lines before the line that a
// telephone adds, and before the "-- " above it.
func beforeDeviceSignature(lines []string, from, to int) int {
	for i := to - 1; i >= from && i >= to-4; i-- {
		if isDeviceSignature(lines[i]) {
			_, end := trimLines(lines, from, i)
			if end > from && strings.TrimRight(lines[end-1], " ") == "--" {
				end--
			}
			return end
		}
	}
	return to
}

// trimLines moves the ends of a range over empty lines.
func trimLines(lines []string, from, to int) (int, int) {
	for from < to && empty(lines[from]) {
		from++
	}
	for to > from && empty(lines[to-1]) {
		to--
	}
	return from, to
}

// nextText is the first line from i on that is not empty.
func nextText(lines []string, i int) int {
	for i < len(lines) && empty(lines[i]) {
		i++
	}
	return i
}

// empty tells a line of white space only.
func empty(line string) bool { return strings.TrimSpace(line) == "" }

// blankLines tells whether every line is empty.
func blankLines(lines []string) bool { return nextText(lines, 0) == len(lines) }
