package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Run is a piece of an excerpt: words that were looked for, or what stands
// between them. It is text as people wrote it; whoever writes it into a page
// escapes it.
type Run struct {
	Text   string
	Marked bool
}

// Mark cuts a whole text, on one line, at the words that are looked for.
func (f *Finder) Mark(text string) []Run {
	spots := f.spots(text)
	return runs(text, 0, len(text), places(spots, f.hits(spots)))
}

// Excerpt is the part of a text that answers the search best, of some most
// letters, on one line: where most terms stand closest together; with none, its
// beginning. terms is how many of them stand in the text.
func (f *Finder) Excerpt(text string, most int) (excerpt []Run, terms int) {
	spots := f.spots(text)
	hits := f.hits(spots)
	held := map[int]bool{}
	for _, h := range hits {
		held[h.term] = true
	}
	all := places(spots, hits)
	at := 0
	if len(hits) > 0 {
		at = spots[hits[f.densest(spots, hits, most)].from].from
	}
	from, to := frameAround(text, at, most)
	excerpt = runs(text, from, to, all)
	if from > 0 {
		excerpt = append([]Run{{Text: "… "}}, excerpt...)
	}
	if to < len(text) {
		excerpt = append(excerpt, Run{Text: " …"})
	}
	return excerpt, len(held)
}

// densest is the first of the hits that fit into an excerpt with the most
// different terms.
func (f *Finder) densest(spots []spot, hits []hit, most int) (first int) {
	best := 0
	for i, h := range hits {
		seen := map[int]bool{}
		for _, other := range hits[i:] {
			if spots[other.to-1].to-spots[h.from].from > most*3/4 {
				break
			}
			seen[other.term] = true
		}
		if len(seen) > best {
			best, first = len(seen), i
		}
		if best == f.terms {
			break
		}
	}
	return first
}

// place is bytes of a text that are marked.
type place struct{ from, to int }

// places are the words of hits, in the order of the text, each once.
func places(spots []spot, hits []hit) (all []place) {
	for _, h := range hits {
		for _, s := range spots[h.from:h.to] {
			if n := len(all); n == 0 || all[n-1].to <= s.from {
				all = append(all, place{s.from, s.to})
			}
		}
	}
	return all
}

// frameAround is the bytes of an excerpt of most letters that shows what begins
// at a byte, with some of what comes before it. It cuts between words.
func frameAround(text string, at, most int) (from, to int) {
	from, to = 0, len(text)
	if utf8.RuneCountInString(text) <= most {
		return from, to
	}
	if start := back(text, at, most/4); start > 0 {
		from = start
		if space := strings.IndexFunc(text[start:at], unicode.IsSpace); space >= 0 {
			from += space + 1
		}
	}
	end := from
	for range most {
		if end == len(text) {
			return back(text, end, most), end
		}
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	if space := strings.LastIndexFunc(text[from:end], unicode.IsSpace); space > 0 && from+space > at {
		end = from + space
	}
	return from, end
}

// back is the byte some letters before another one.
func back(text string, at, letters int) int {
	for ; letters > 0 && at > 0; letters-- {
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
	}
	return at
}

// runs cuts the bytes of a text at its marked places.
func runs(text string, from, to int, marked []place) (all []Run) {
	add := func(piece string, mark bool) {
		if piece = oneLine(piece); piece != "" {
			all = append(all, Run{piece, mark})
		}
	}
	for _, p := range marked {
		if p.from < from || p.to > to {
			continue
		}
		add(text[from:p.from], false)
		add(text[p.from:p.to], true)
		from = p.to
	}
	add(text[from:to], false)
	return all
}

// oneLine writes every run of blanks as one space.
func oneLine(text string) string {
	var line strings.Builder
	blank := false
	for _, r := range text {
		if unicode.IsSpace(r) && r != '\u00A0' && r != '\u202F' {
			if !blank {
				line.WriteByte(' ')
			}
			blank = true
			continue
		}
		blank = false
		line.WriteRune(r)
	}
	return line.String()
}
