package words

import "slices"

// shape removes from a word what grammar glued to it: the article of
// l'imprimante, the pronoun of pouvez-vous, the ending of printer's.
func (w word) shape(lang string) word {
	if len(w.parts) == 1 {
		return w
	}
	if solid[w.joined()] {
		return only(w.joined())
	}
	w = w.withoutElisions().withoutEndings()
	if lang != "en" {
		w = w.withoutPronouns()
	}
	return w
}

// withoutElisions drops l', d', qu' and their like.
func (w word) withoutElisions() word {
	var kept word
	for i, part := range w.parts {
		if i+1 < len(w.parts) && w.marks[i+1] == '\'' && elided[part] {
			continue
		}
		kept.parts, kept.marks = append(kept.parts, part), append(kept.marks, w.marks[i])
	}
	return kept
}

// withoutEndings drops English endings after an apostrophe and closes every
// other apostrophe: O'Brien is obrien, don't is dont.
func (w word) withoutEndings() word {
	kept := word{parts: slices.Clone(w.parts[:1]), marks: []rune{0}}
	for i := 1; i < len(w.parts); i++ {
		switch {
		case w.marks[i] != '\'':
			kept.parts, kept.marks = append(kept.parts, w.parts[i]), append(kept.marks, w.marks[i])
		case !endings[w.parts[i]]:
			kept.parts[len(kept.parts)-1] += w.parts[i]
		}
	}
	return kept
}

// withoutPronouns drops the pronouns that follow a French verb: puis-je,
// a-t-il, celui-ci.
func (w word) withoutPronouns() word {
	n := len(w.parts)
	for n > 1 && w.marks[n-1] == '-' && pronouns[w.parts[n-1]] {
		n--
	}
	return word{parts: w.parts[:n], marks: w.marks[:n]}
}

var (
	// solid words hold together whatever stands between their letters.
	solid = set("aujourdhui quelquun presquile prudhomme prudhommes rendezvous")

	elided = set("l d j m n s t c qu jusqu lorsqu puisqu quoiqu quelqu")

	endings = set("s ll ve re d m")

	pronouns = set("je tu il elle on nous vous ils elles ce ci la le les lui leur moi toi y en t meme memes")
)
