package words

import "strings"

// stopped tells whether a folded word says nothing in lang; with no language,
// in any.
func stopped(w, lang string) bool {
	switch lang {
	case "fr":
		return french[w]
	case "en":
		return english[w]
	}
	return french[w] || english[w]
}

// The lists are short on purpose: a word that is missing costs a few bytes of
// index, a word too many cannot be found. The courtesies stand in every
// letter.
var (
	french = set(`
		a ai aie ainsi alors as assez au aura aurait aussi autre autres aux avaient avais avait avant avec avez avons
		bonjour bonsoir c ca car ce ceci cela celle celles celui ces cet cette ceux chaque chez comme comment cordialement
		d dans de depuis des donc dont du elle elles en encore entre es est et etaient etais etait etant ete etes etre eu
		eux faut furent fut ici il ils j je jusqu l la le les leur leurs lors lorsqu lui m ma madame mais me meme memes
		merci mes moi moins mon monsieur n ne ni nos notre nous on ont ou par parce pas pendant peu peut peux plus pour
		pourquoi puis puisqu qu quand que quel quelle quelles quels qui quoi s sa sans se sera serait ses si soit sommes
		son sont sous suis sur t ta te tes toi ton tous tout toute toutes tres tu un une vers voici voila vos votre vous y`)

	english = set(`
		a about after again all also am an and any are arent as at be because been before being but by can cannot cant
		could did didnt do does doesnt doing done dont for from had has hasnt have havent having he hello her here hers hi
		him his how i if in into is isnt it its just me more my no not of on once only or our please regards she should so
		some such thank thanks than that the their them then there these they this those to too up us very was wasnt we
		were what when where which while who why will with wont would you your yours`)
)

// set reads words separated by spaces.
func set(words string) map[string]bool {
	s := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		s[w] = true
	}
	return s
}
