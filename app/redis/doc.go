// Package redis reaches the bell: a Redis server, or one inside this process.
//
// Redis rings for jobs and carries word of changes; it holds nothing that the
// database does not hold, too. So where no server is configured, one in this
// process does the same work:
//
//  1. [Open] with redis:// or rediss:// connects to a server, with the password
//     and the number of the database that the address names.
//  2. [Open] with an empty address starts one here. It listens on loopback, on
//     a port that the system chooses, and wants a password that only this
//     process knows. It forgets everything when the process ends.
//  3. [Server.Client] is what app/jobs and app/live speak through.
//
// The server in this process has a clock that stands still unless pushed, so
// it is pushed once a second; otherwise nothing in it would ever expire.
package redis
