package mailin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"time"

	"amigo/app/db"
	"amigo/app/fault"
	"amigo/app/people"
)

// File is the job that files one received message.
type File struct {
	Inbound ID `json:"inbound"`
}

// Kind names the job in the database.
func (File) Kind() string { return "mailin.file" }

const (
	maxTries   = 12              // of one message: with the pauses of the queue, three hours
	elderTries = 3               // after which a message that fails holds up its answers no longer
	maxElders  = 100             // messages of a conversation that one job files
	lastWords  = 5 * time.Second // to note a failure, whatever happened to the context
)

// errOvertaken says that what a decision was based on has changed meanwhile.
var errOvertaken = errors.New("decided otherwise meanwhile")

// file does the job. Whatever goes wrong is noted with the message, which fails
// for good after maxTries, in sight of the technicians, and can be tried again.
func (in *Intake) file(ctx context.Context, f File) (err error) {
	id := f.Inbound
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		err = in.stumbled(ctx, id, err)
	}()
	ctx = people.As(ctx, people.System())
	var m Inbound
	started := false
	err = in.db.Single(ctx, func(ctx context.Context) error {
		m, started, err = in.store.start(ctx, id, maxTries)
		return err
	})
	if err != nil {
		return err
	}
	if !started {
		return in.exhausted(ctx, id)
	}
	return in.fileOne(ctx, m, map[ID]bool{})
}

// exhausted gives up a message whose last attempt never ended: the process died
// of it. Any other that did not start is no longer to be filed.
func (in *Intake) exhausted(ctx context.Context, id ID) error {
	m, err := in.store.get(ctx, id)
	if err != nil || m.State != Received {
		return err
	}
	return errors.New("the process ended during every attempt")
}

// stumbled notes a failure with the message. The error goes on to the queue,
// which tries again later, unless the message has now failed.
func (in *Intake) stumbled(ctx context.Context, id ID, why error) error {
	if why == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer cancel()
	var m Inbound
	err := in.db.Tx(ctx, func(ctx context.Context) error {
		if err := in.store.stumble(ctx, id, maxTries, clip(db.Text(why.Error()), 4000)); err != nil {
			return err
		}
		var err error
		m, err = in.store.get(ctx, id)
		in.publish(ctx, id)
		return err
	})
	if err != nil {
		return errors.Join(why, err)
	}
	if m.State == Failed {
		slog.ErrorContext(ctx, "mail given up", "inbound", id, "error", why)
		return nil
	}
	return why
}

// fileOne files a message unless it is by now, and before it those that it answers:
// many that come at once become one conversation in its order. underway are
// those that are being filed already.
func (in *Intake) fileOne(ctx context.Context, row Inbound, underway map[ID]bool) (err error) {
	defer fault.Wrap(&err, "message %d", row.ID)
	asked := len(underway) == 0 // for this one, not for a letter that answers it
	underway[row.ID] = true
	raw, err := in.raw(ctx, row.Sum)
	if err != nil {
		return err
	}
	if err := in.fileElders(ctx, headOf(raw), underway); err != nil {
		return err
	}
	return in.decide(ctx, read(row, raw, in.ours), asked)
}

// fileElders files the messages that a letter answers and that are here, but
// not filed yet. One that fails comes back, and this letter with it.
func (in *Intake) fileElders(ctx context.Context, l Letter, underway map[ID]bool) error {
	ids := elderIDs(l)
	if len(ids) == 0 || len(underway) > maxElders {
		return nil
	}
	elders, err := in.store.elders(ctx, ids, elderTries)
	if err != nil {
		return err
	}
	// References lists them oldest first.
	slices.SortStableFunc(elders, func(a, b Inbound) int { return slices.Index(ids, a.MessageID) - slices.Index(ids, b.MessageID) })
	for _, e := range elders {
		if underway[e.ID] {
			continue
		}
		if err := in.fileOne(ctx, e, underway); err != nil {
			return err
		}
	}
	return nil
}

// elderIDs are the ids that a letter answers to, oldest first.
func elderIDs(l Letter) []string {
	var ids []string
	for _, id := range slices.Concat(l.References, l.InReplyTo) {
		if id = idKey(id); id != "" && id != idKey(l.MessageID) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// decide judges a message and carries the verdict out.
//
// What it says and what becomes of it are one transaction, under a lock on the
// conversation: killed at any moment, the message is filed once or not at all.
// Its files go to the store before, in the name of who will have said it; when
// the verdict that counts, the one inside, has them said by somebody else, all
// of it is done again. With the message that was asked for, its job is done.
func (in *Intake) decide(ctx context.Context, m message, asked bool) error {
	for try := range 3 {
		if try > 0 { // somebody else may have filed it
			row, err := in.store.get(ctx, m.row.ID)
			if err != nil || row.State != Received {
				return err
			}
		}
		err := in.carry(ctx, m, asked)
		if !errors.Is(err, errOvertaken) {
			return err
		}
	}
	return errOvertaken
}

// carry is one try of decide.
func (in *Intake) carry(ctx context.Context, m message, asked bool) error {
	files, err := in.upload(ctx, m)
	if err != nil {
		return err
	}
	return in.db.Tx(ctx, func(ctx context.Context) error {
		if err := in.alone(ctx, m); err != nil {
			return err
		}
		k, err := in.know(ctx, m, counting)
		if err != nil {
			return err
		}
		if err := in.carryOut(ctx, m, k, Judge(m.letter, k.Known), files); err != nil || !asked {
			return err
		}
		return in.queue.Done(ctx)
	})
}

// alone makes those who file letters of one conversation wait for each other.
func (in *Intake) alone(ctx context.Context, m message) error {
	if m.thread == "" {
		return nil
	}
	return in.db.Lock(ctx, "mailin/"+m.thread)
}
