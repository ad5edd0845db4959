// Package trouble says what is wrong with a line to the outside, since when, and
// in words that people know.
//
// A line is a mailbox that is read, a door by which mail comes in, the server
// that carries letters. Who uses it notes each time how it went ([Line.Well],
// [Line.Failed]); pages and metrics ask how it stands ([Line.Now]). The note is
// kept in the memory of the process, because what fails may be the very database
// in which it would be written.
//
// What servers and libraries say is raw: it is kept as it is, for those who can
// read it. [CauseOf] finds in it the usual causes (a wrong password, an unknown
// host, a full disk), each of which has a sentence for people and the next step
// to take.
package trouble
