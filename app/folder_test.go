package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestTheSecretIsMadeOnceAndStays(t *testing.T) {
	c := Config{DataDir: filepath.Join(t.TempDir(), "var")}
	var mu sync.Mutex
	seen := map[string]bool{}
	var wg sync.WaitGroup
	for range 8 { // eight commands started at once
		wg.Go(func() {
			f, err := openFolder(c)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			seen[f.secrets[0]] = true
		})
	}
	wg.Wait()
	if len(seen) != 1 {
		t.Errorf("%d secrets", len(seen))
	}
	info, err := os.Stat(filepath.Join(c.DataDir, "secret"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, mode %v", err, info.Mode())
	}
}

func TestASecretThatWasCutShortIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openFolder(Config{DataDir: dir}); err == nil || !strings.Contains(err.Error(), "AMIGO_DATA_DIR") {
		t.Errorf("%v", err)
	}
}

func TestOneProcessHoldsTheFolder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // nobody waits for real
		c := Config{DataDir: t.TempDir()}
		first, second := opened(t, c), opened(t, c)
		if err := first.hold(t.Context()); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := second.hold(t.Context()); err == nil || !strings.Contains(err.Error(), "another amigo") {
			t.Fatalf("two hold it: %v", err)
		}
		if waited := time.Since(began); waited != holdWait {
			t.Errorf("it waited %v", waited)
		}
		if err := first.close(); err != nil {
			t.Fatal(err)
		}
		if err := second.hold(t.Context()); err != nil {
			t.Errorf("left, it cannot be held: %v", err)
		}
		_ = second.close()
	})
}

// A process that was killed still has its lock for a moment.
func TestAProcessWaitsForTheOneBeforeToBeGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := Config{DataDir: t.TempDir()}
		first, second := opened(t, c), opened(t, c)
		if err := first.hold(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Second, func() { _ = first.close() })
		if err := second.hold(t.Context()); err != nil {
			t.Error(err)
		}
		_ = second.close()
	})
}

func TestWhoIsToldToStopWaitsForNoFolder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := Config{DataDir: t.TempDir()}
		first, second := opened(t, c), opened(t, c)
		if err := first.hold(t.Context()); err != nil {
			t.Fatal(err)
		}
		defer first.close() //nolint:errcheck // the test ends
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		began := time.Now()
		if err := second.hold(ctx); err == nil || time.Since(began) > 0 {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

func opened(t *testing.T, c Config) *folder {
	t.Helper()
	f, err := openFolder(c)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
