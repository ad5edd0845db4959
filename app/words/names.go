package words

// Names cuts the names of a person (a name, an identifier, an address) into
// what is stored to find them by: each word without its marks and, where marks
// hold several parts together, each part. Folded as in [Tokens], but neither
// stemmed nor sifted: names are not sentences.
//
//	Names("Anne-Lise Hébert") is annelise, anne, lise, hebert
func Names(text string) []string {
	var names []string
	for _, w := range split(cut(text, maxText)) {
		names = append(names, w.joined())
		if len(w.parts) > 1 {
			names = append(names, w.parts...)
		}
	}
	return names
}

// Sought is what is looked for among [Names] when someone types text: each
// word without its marks, as the beginning of a name.
//
//	Sought("anne-l HÉB") is annel, heb
func Sought(text string) []string {
	var names []string
	for _, w := range split(cut(text, maxQuery)) {
		names = append(names, w.joined())
	}
	return names
}
