package app

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
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
	c := Config{DataDir: t.TempDir()}
	first, err := openFolder(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := first.hold(); err != nil {
		t.Fatal(err)
	}
	second, err := openFolder(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.hold(); err == nil {
		t.Fatal("two hold it")
	}
	if err := first.close(); err != nil {
		t.Fatal(err)
	}
	if err := second.hold(); err != nil {
		t.Errorf("left, it cannot be held: %v", err)
	}
	_ = second.close()
}
