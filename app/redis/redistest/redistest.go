// Package redistest gives tests every kind of Redis that AMIGO runs on.
//
// The real server is the one that AMIGO_TEST_REDIS names; `make test` starts
// it. All tests share it, those of other processes too: whoever writes there
// uses names of its own, from [Name], and never empties it. Only of the database
// that [Own] gives this does not hold.
package redistest

import (
	"context"
	"crypto/rand"
	"os"
	"strings"
	"testing"

	"amigo/app/redis"
)

// Each runs f on a server in this process and on the real one.
func Each(t *testing.T, f func(t *testing.T, r *redis.Server)) {
	t.Helper()
	t.Run("inside", func(t *testing.T) { f(t, Inside(t)) })
	t.Run("server", func(t *testing.T) { f(t, Shared(t)) })
}

// Inside starts an empty server in this process.
func Inside(t testing.TB) *redis.Server {
	t.Helper()
	return open(t, "")
}

// Shared connects to the real server.
func Shared(t testing.TB) *redis.Server {
	t.Helper()
	return open(t, URL(t))
}

// URL is where the real server is.
func URL(t testing.TB) string {
	t.Helper()
	url := os.Getenv("AMIGO_TEST_REDIS")
	if url == "" {
		t.Fatal("AMIGO_TEST_REDIS is not set: run make test, which starts Redis, or name a server")
	}
	return url
}

// Name is a name that no other test uses.
func Name() string { return "test" + strings.ToLower(rand.Text()[:10]) }

func open(t testing.TB, url string) *redis.Server {
	t.Helper()
	r, err := redis.Open(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}
