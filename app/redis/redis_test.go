package redis_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"amigo/app/fault"
	"amigo/app/redis"
	"amigo/app/redis/redistest"
)

func TestBothKindsKeepAndExpire(t *testing.T) {
	redistest.Each(t, func(t *testing.T, r *redis.Server) {
		key, c := redistest.Name(), r.Client()
		if err := c.Set(t.Context(), key, "1", time.Second).Err(); err != nil {
			t.Fatal(err)
		}
		if got, err := c.Get(t.Context(), key).Result(); got != "1" || err != nil {
			t.Fatalf("%q, %v", got, err)
		}
		// Nobody pushes the clock but the server itself.
		for deadline := time.Now().Add(5 * time.Second); c.Exists(t.Context(), key).Val() != 0; time.Sleep(50 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the key never expires")
			}
		}
	})
}

func TestServerInsideWantsItsPasswordAndListensOnLoopback(t *testing.T) {
	r := redistest.Inside(t)
	opts := r.Client().Options()
	host, _, err := net.SplitHostPort(opts.Addr)
	if err != nil || !net.ParseIP(host).IsLoopback() || !r.Inside() {
		t.Fatalf("listens on %s (%v)", opts.Addr, err)
	}
	stranger := goredis.NewClient(&goredis.Options{Addr: opts.Addr, Protocol: 2})
	defer stranger.Close()
	if err := stranger.Get(t.Context(), "x").Err(); err == nil || !strings.Contains(err.Error(), "NOAUTH") {
		t.Fatalf("a stranger is told %v", err)
	}
}

func TestEachServerInsideIsItsOwn(t *testing.T) {
	one, two := redistest.Inside(t), redistest.Inside(t)
	if err := one.Client().Set(t.Context(), "x", "1", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if n := two.Client().Exists(t.Context(), "x").Val(); n != 0 {
		t.Fatal("one server sees the other's keys")
	}
}

func TestURLChoosesTheDatabase(t *testing.T) {
	first := redistest.Shared(t)
	url := redistest.URL(t)
	second, err := redis.Open(t.Context(), url[:strings.LastIndex(url, "/")]+"/1")
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	key := redistest.Name()
	if err := first.Client().Set(t.Context(), key, "1", time.Minute).Err(); err != nil {
		t.Fatal(err)
	}
	if n := second.Client().Exists(t.Context(), key).Val(); n != 0 || second.Inside() {
		t.Fatal("database 1 is database 0")
	}
}

func TestCloseEndsTheServerInside(t *testing.T) {
	r, err := redis.Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	addr := r.Client().Options().Addr
	for range 2 { // closing twice is closing once
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if c, err := net.DialTimeout("tcp", addr, time.Second); err == nil {
		c.Close()
		t.Fatal("it still listens")
	}
}

func TestOpenSaysWhatIsWrongWithoutThePassword(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for url, kind := range map[string]error{
		"redis://:hunter2@127.0.0.1:1/0":    fault.Unavailable,
		"http://:hunter2@127.0.0.1:1/0":     fault.Invalid,
		"redis://:hunter2@127.0.0.1:1/zero": fault.Invalid,
	} {
		_, err := redis.Open(ctx, url)
		if !errors.Is(err, kind) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", url, err)
		}
	}
}
