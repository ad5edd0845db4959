package words

// Part is one of the texts of what was found, and how much it says when words
// stand in it: more in a subject than somewhere in a letter.
type Part struct {
	Text   string
	Weight int
}

// What a term is worth, in tenths of the weight of the part where it stands.
const (
	AsWhole     = 10 // the word that was typed
	asBeginning = 6  // a longer word that begins so
	asPhrase    = 10 // all terms, one after the other as they were typed: again as much
	asNear      = 5  // all terms within a sentence or so
)

// near is how many words a sentence or so has.
const near = 12

// Rank is how well some texts together answer a search.
type Rank struct {
	Score   int
	Missing int   // terms that stand in none of the texts
	Own     []int // how well each text answers by itself; 0 for one that holds nothing
}

// Rank says how well some texts together answer the search: for each term what
// it is worth in the best part that holds it, and more for a part in which all
// of them stand together.
func (f *Finder) Rank(parts ...Part) Rank {
	r := Rank{Own: make([]int, len(parts))}
	best := make([]int, f.terms)
	together := 0
	for i, part := range parts {
		hits := f.hits(f.spots(part.Text))
		own := make([]int, f.terms)
		for _, h := range hits {
			worth := asBeginning
			if h.whole {
				worth = AsWhole
			}
			own[h.term] = max(own[h.term], worth*part.Weight)
		}
		side := f.closeness(hits) * part.Weight
		r.Own[i] = sum(own) + side
		together = max(together, side)
		for term, worth := range own {
			best[term] = max(best[term], worth)
		}
	}
	for _, worth := range best {
		if worth == 0 {
			r.Missing++
		}
	}
	r.Score = sum(best) + together
	return r
}

func sum(all []int) (total int) {
	for _, n := range all {
		total += n
	}
	return total
}

// closeness says how well the terms stand together in one text.
func (f *Finder) closeness(hits []hit) int {
	if f.terms < 2 || len(hits) < f.terms {
		return 0
	}
	if f.inOrder(hits) {
		return asPhrase
	}
	if _, width := f.narrowest(hits); 0 < width && width <= near {
		return asNear
	}
	return 0
}

// inOrder says whether the terms stand somewhere as they were typed, one directly
// after the other.
func (f *Finder) inOrder(hits []hit) bool {
	ends := map[int]int{} // where the terms so far may end: spot → terms
	for _, h := range hits {
		if h.term == 0 {
			ends[h.to] = max(ends[h.to], 1)
		} else if ends[h.from] >= h.term {
			ends[h.to] = max(ends[h.to], h.term+1)
		}
		if ends[h.to] == f.terms {
			return true
		}
	}
	return false
}

// narrowest finds the smallest run of spots with a hit of every term: the first
// of its hits, and how many spots it has; 0 when a term is missing.
func (f *Finder) narrowest(hits []hit) (first, width int) {
	inside, held, low := make([]int, f.terms), 0, 0
	for _, h := range hits {
		if inside[h.term]++; inside[h.term] == 1 {
			held++
		}
		for held == f.terms {
			if w := h.to - hits[low].from; width == 0 || w < width {
				first, width = low, w
			}
			if inside[hits[low].term]--; inside[hits[low].term] == 0 {
				held--
			}
			low++
		}
	}
	return first, width
}
