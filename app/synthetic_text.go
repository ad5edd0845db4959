package app

import (
	"strings"

	"amigo/tickets"
)

// texts are the building blocks of synthetic tickets, from synthetic/texts.toml.
type texts struct {
	Greetings, Contexts, Closings      []string
	Answers, Questions, Replies, Notes []string
	Again, Solved                      []string
	Words                              map[string][]string
	Places                             map[string]map[string][]string // towns, by site and département
	School                             []schoolText
	Topic                              []topic
}

// schoolText is a kind of school, how many of all schools it is, and its names.
type schoolText struct {
	Kind   string
	Weight float64
	Names  []string
}

// topic is something that people ask about.
type topic struct {
	Service                                  string
	Weight                                   float64
	Type                                     tickets.Type
	Subjects, Troubles, Questions, Solutions []string
	Causes                                   []string
}

// write picks a sentence and fills its braces.
func (s *studio) write(sentences []string) string {
	text := among(s.dice, sentences)
	for strings.Contains(text, "{") {
		before, rest, _ := strings.Cut(text, "{")
		word, after, _ := strings.Cut(rest, "}")
		text = before + among(s.dice, s.texts.Words[word]) + after
	}
	return text
}

// letter is what somebody writes to ask.
func (s *studio) letter(t topic, name string) string {
	lines := []string{s.write(s.texts.Greetings), s.write(t.Troubles)}
	for range s.IntN(3) {
		if more := s.write(s.texts.Contexts); !strings.Contains(lines[1], more) {
			lines[1] += " " + more
		}
	}
	return strings.Join(append(lines, s.write(s.texts.Closings)+",", name), "\n")
}
