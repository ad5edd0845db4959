package tickets

// Impact is how many people a ticket hits; empty where nobody has said it.
type Impact string

// The impacts.
const (
	HitsOne  Impact = "one"
	HitsSome Impact = "some" // an office, a class
	HitsAll  Impact = "all"  // an establishment, or more
)

// Urgency is how much a ticket presses; empty where nobody has said it.
type Urgency string

// The urgencies.
const (
	CanWait Urgency = "later"
	Soon    Urgency = "soon"
	AtOnce  Urgency = "now" // nobody can work
)
