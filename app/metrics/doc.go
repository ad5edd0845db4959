// Package metrics shows Prometheus how AMIGO fares.
//
// The floors below offer plain numbers and know nothing of Prometheus. Here they
// become metrics, in three ways:
//
//  1. What happens is told as it happens ([Metrics.Answered], [Metrics.Ran],
//     [Metrics.Filed], [Metrics.Carried]): an addition in memory each time.
//  2. What this process remembers (how mailboxes stand, who listens, the pools of
//     connections) is read when somebody asks (memory.go).
//  3. What stands in the database is counted when somebody asks, with a limit of
//     time, and kept for ten seconds: ten that ask cost one that counts
//     (figures.go). Only what is not over is counted, and each count has an
//     index, so that it costs the same after ten years.
//
// Names begin with amigo_ and end with their unit; those of the runtime (go_…,
// process_…) are as everywhere. A label has few values, known beforehand: never an
// address, a subject, a reference or a code. Mailboxes are numbered as in the
// configuration.
package metrics
