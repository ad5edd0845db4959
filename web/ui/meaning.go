package ui

// Meaning is one of the five things that a colour may say. It is never said by
// colour alone: each has a shape of its own, and a word stands beside it.
type Meaning string

// The meanings. Calm runs, nothing presses; Soon wants attention before it is
// too late; Late is missed or wrong; Done is kept or finished; Paused waits for
// somebody else.
const (
	Calm   Meaning = "calm"
	Soon   Meaning = "soon"
	Late   Meaning = "late"
	Done   Meaning = "done"
	Paused Meaning = "paused"
)

// class is the style of the meaning; the zero Meaning is Calm.
func (m Meaning) class() string { return "is-" + m.shape() }

// shape names the icon that draws the meaning.
func (m Meaning) shape() string {
	if m == "" {
		return string(Calm)
	}
	return string(m)
}
