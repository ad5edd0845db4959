package redistest

import (
	"context"
	"net/url"
	"strconv"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

const (
	databases = 16               // of a Redis as it comes
	ours      = "amigo-test"     // in those that belong to the tests
	taken     = "amigo-taken"    // while one of them uses it
	longest   = 30 * time.Minute // more than any of them takes
)

// Own is where one of the real server's numbered databases is, empty, which no
// other test uses until this one ends: for whole processes, which choose no names.
func Own(t testing.TB) string {
	t.Helper()
	at, err := url.Parse(URL(t))
	must(t, err)
	for n := 1; n < databases; n++ {
		at.Path = "/" + strconv.Itoa(n)
		if take(t, at.String()) {
			return at.String()
		}
	}
	t.Fatalf("none of the databases 1 to %d of AMIGO_TEST_REDIS is free", databases-1)
	return ""
}

// take takes a database and empties it of what a test left that was killed,
// unless another test uses it, or somebody else has written there.
func take(t testing.TB, url string) bool {
	t.Helper()
	opts, err := goredis.ParseURL(url)
	must(t, err)
	c, ctx := goredis.NewClient(opts), context.Background()
	free, err := c.SetNX(ctx, taken, "", longest).Result()
	must(t, err)
	keys, err := c.DBSize(ctx).Result()
	must(t, err)
	known, err := c.Exists(ctx, ours).Result()
	must(t, err)
	if foreign := keys > 1 && known == 0; !free || foreign {
		if free {
			must(t, c.Del(ctx, taken).Err())
		}
		must(t, c.Close())
		return false
	}
	_, err = c.TxPipelined(ctx, func(all goredis.Pipeliner) error {
		all.FlushDB(ctx)
		all.Set(ctx, ours, "", 0)
		all.Set(ctx, taken, "", longest)
		return nil
	})
	must(t, err)
	t.Cleanup(func() {
		must(t, c.FlushDB(ctx).Err())
		must(t, c.Close())
	})
	return true
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
