package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// folder is the data folder: attachments, and on the embedded default the
// database, the secret and the lock of the process that serves it.
type folder struct {
	path     string
	embedded bool
	secrets  []string
	lock     *os.File
}

// openFolder makes the data folder if need be and finds the secrets: those
// configured, else on the embedded default one of its own, made once.
func openFolder(c Config) (*folder, error) {
	f := &folder{path: c.DataDir, embedded: c.Embedded(), secrets: c.Secrets}
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return nil, fmt.Errorf("AMIGO_DATA_DIR: %w", err)
	}
	if len(f.secrets) > 0 || !f.embedded {
		return f, nil
	}
	secret, err := ownSecret(filepath.Join(c.DataDir, "secret"))
	if err != nil {
		return nil, fmt.Errorf("AMIGO_DATA_DIR: %w", err)
	}
	f.secrets = []string{secret}
	return f, nil
}

// database is where SQLite keeps its file; empty on PostgreSQL.
func (f *folder) database() string {
	if !f.embedded {
		return ""
	}
	return filepath.Join(f.path, "amigo.db")
}

// ownSecret reads the secret of an installation, or makes it. The file appears
// whole or not at all.
func ownSecret(path string) (string, error) {
	for {
		content, err := os.ReadFile(path) //nolint:gosec // in the configured data folder
		if err == nil && len(strings.TrimSpace(string(content))) >= 32 {
			return strings.TrimSpace(string(content)), nil
		}
		if err == nil {
			return "", fmt.Errorf("%s is shorter than 32 characters", path)
		}
		if !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
		if err := writeOnce(path, rand.Text()+rand.Text()+"\n"); err != nil && !errors.Is(err, os.ErrExist) {
			return "", err
		}
	}
}

// writeOnce makes a file with a content, unless there is one of that name.
func writeOnce(path, content string) error {
	half, err := os.CreateTemp(filepath.Dir(path), ".half-*")
	if err != nil {
		return err
	}
	defer os.Remove(half.Name()) //nolint:errcheck // gone already, or left for nobody
	if _, err := half.WriteString(content); err != nil {
		return err
	}
	if err := errors.Join(half.Sync(), half.Close()); err != nil {
		return err
	}
	return os.Link(half.Name(), path)
}

// A process that was killed leaves its lock when the system has done away with
// it, which may be a moment after its successor starts.
const (
	holdWait  = 2 * time.Second
	holdAgain = 50 * time.Millisecond
)

// hold makes this process the one that serves the folder. Another one that goes
// on serving it is an error; commands beside it only write rows and need no hold.
func (f *folder) hold(ctx context.Context) error {
	if !f.embedded || f.lock != nil {
		return nil
	}
	lock, err := os.OpenFile(filepath.Join(f.path, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("AMIGO_DATA_DIR: %w", err)
	}
	for waited := time.Duration(0); ; waited += holdAgain {
		err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			f.lock = lock
			return nil
		case !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR):
			_ = lock.Close()
			return fmt.Errorf("AMIGO_DATA_DIR: lock: %w", err)
		case waited >= holdWait || ctx.Err() != nil:
			_ = lock.Close()
			return fmt.Errorf("%s is served by another amigo; stop it first, or set AMIGO_DATA_DIR", f.path)
		}
		select {
		case <-time.After(holdAgain):
		case <-ctx.Done():
		}
	}
}

func (f *folder) close() error {
	if f.lock == nil {
		return nil
	}
	return f.lock.Close()
}
