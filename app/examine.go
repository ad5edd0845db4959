package app

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"amigo/app/blob"
	"amigo/app/db"
	"amigo/app/redis"
)

// Finding is one thing that was examined: what is wrong with it, or what will be
// if nobody looks after it.
type Finding struct {
	What    string
	Err     error
	Warning string
}

// examineTime bounds each examination.
const examineTime = 10 * time.Second

// Examine looks at the configuration and at every connection that it names, one
// after the other, without changing anything.
func Examine(ctx context.Context, c Config) iter.Seq[Finding] {
	return func(yield func(Finding) bool) {
		for _, e := range c.examinations() {
			limited, cancel := context.WithTimeout(ctx, examineTime)
			err := e.look(limited)
			cancel()
			found := Finding{What: e.what, Err: err}
			if soon, only := errors.AsType[warning](err); only {
				found.Err, found.Warning = nil, soon.words
			}
			if !yield(found) {
				return
			}
		}
	}
}

type examination struct {
	what string
	look func(ctx context.Context) error
}

func (c Config) examinations() []examination {
	all := []examination{
		{"configuration", func(context.Context) error { return c.Check(AllParts) }},
		{"attachments in " + c.DataDir, c.examineBlobs},
		{"database (" + either(c.DatabaseURL == "", "SQLite in "+c.DataDir, "PostgreSQL") + ") and its schema", c.examineDatabase},
		{"queue (" + either(c.RedisURL == "", "in-process Redis", "Redis") + ")", c.examineRedis},
	}
	all = append(all, c.examineHere()...)
	if c.OIDC.Issuer != "" {
		all = append(all, examination{"sign-in at " + c.OIDC.Issuer, func(ctx context.Context) error {
			_, err := oidc.NewProvider(ctx, c.OIDC.Issuer)
			return err
		}})
	}
	if c.Mail.SMTPURL != "" {
		all = append(all, examination{"letters out by SMTP", c.examineSMTP})
	}
	if c.Mail.DKIMKey != "" {
		all = append(all, c.examineDKIM())
	}
	for i := range c.Mail.IMAPURLs {
		all = append(all, examination{fmt.Sprintf("mailbox %d", i+1), func(ctx context.Context) error {
			return c.examineMailbox(ctx, i)
		}})
	}
	return all
}

func (c Config) examineBlobs(context.Context) error {
	f, err := openFolder(c)
	if err != nil {
		return err
	}
	store, err := blob.NewFolder(f.path + "/blobs")
	if err != nil {
		return err
	}
	return errors.Join(store.Close(), f.close())
}

func (c Config) examineDatabase(ctx context.Context) error {
	f, err := openFolder(c)
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, db.Config{URL: c.DatabaseURL, Path: f.database(), Now: c.Now, MaxConns: 2})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // only read
	return d.CheckSchema(ctx)
}

func (c Config) examineRedis(ctx context.Context) error {
	r, err := redis.Open(ctx, c.RedisURL)
	if err != nil {
		return err
	}
	return r.Close()
}

// examineMailbox signs in, and opens nothing: the process that reads the mailbox
// is not disturbed.
func (c Config) examineMailbox(ctx context.Context, i int) error {
	box, err := c.mailbox(i)
	if err != nil {
		return err
	}
	return box.Examine(ctx)
}

func either(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}
