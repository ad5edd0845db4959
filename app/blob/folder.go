package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"time"
)

// Folder is a Store in a folder of the file system:
//
//	ab/cd/abcd…   a blob, in two levels of the first bytes of its sum
//	tmp/…         blobs that are being put; renamed into their place when whole
//
// Several processes may share the folder. Nothing in it can lead outside of it
// (symbolic links included), files are readable by their owner alone, and what
// is not a regular file is not a blob.
type Folder struct {
	root *os.Root
}

const temporary = "tmp"

// NewFolder opens a folder as a Store and makes it if need be.
func NewFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	if err := root.MkdirAll(temporary, 0o700); err != nil {
		return nil, errors.Join(fmt.Errorf("blob: %w", err), root.Close())
	}
	return &Folder{root: root}, nil
}

// Close lets the folder go; readers that are open stay so.
func (f *Folder) Close() error { return f.root.Close() }

// Put keeps what r gives; see [Store].
func (f *Folder) Put(ctx context.Context, r io.Reader) (sum Sum, size int64, err error) {
	name := path.Join(temporary, rand.Text())
	sum, size, err = f.write(name, heedful{ctx, r})
	if err == nil {
		err = f.place(name, sum)
	}
	if err != nil {
		// After the rename there is nothing left to remove.
		if gone := f.root.Remove(name); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
		return "", 0, fmt.Errorf("blob: put: %w", err)
	}
	return sum, size, nil
}

// write makes a file of what r gives and brings it to the disk.
func (f *Folder) write(name string, r io.Reader) (sum Sum, size int64, err error) {
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	digest := sha256.New()
	size, err = io.Copy(io.MultiWriter(file, digest), r)
	if err != nil {
		return "", 0, err
	}
	return sumFrom(digest), size, file.Sync()
}

// place renames a whole file to where its blob belongs. A blob that is already
// there is replaced by its equal, or mended.
func (f *Folder) place(name string, sum Sum) error {
	target := place(sum)
	leaf := path.Dir(target)
	if err := f.root.MkdirAll(leaf, 0o700); err != nil {
		return err
	}
	if err := f.root.Rename(name, target); err != nil {
		return err
	}
	// A rename, and the folders it may have needed, last only when the folders
	// that hold them are on the disk.
	for _, dir := range []string{leaf, path.Dir(leaf), "."} {
		if err := f.sync(dir); err != nil {
			return err
		}
	}
	return nil
}

func (f *Folder) sync(dir string) error {
	d, err := f.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open reads a blob; see [Store].
func (f *Folder) Open(ctx context.Context, sum Sum) (io.ReadCloser, error) {
	there, err := f.Has(ctx, sum)
	if err != nil {
		return nil, err
	}
	if !there {
		return nil, missing(sum)
	}
	file, err := f.root.Open(place(sum))
	switch {
	case errors.Is(err, fs.ErrNotExist): // deleted meanwhile
		return nil, missing(sum)
	case err != nil:
		return nil, fmt.Errorf("blob: open: %w", err)
	}
	return verify(file, sum), nil
}

// Has tells whether a blob is there; see [Store].
func (f *Folder) Has(_ context.Context, sum Sum) (bool, error) {
	if err := sum.Validate(); err != nil {
		return false, err
	}
	info, err := f.root.Lstat(place(sum))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("blob: %w", err)
	}
	return info.Mode().IsRegular(), nil
}

// Delete removes a blob; see [Store].
func (f *Folder) Delete(_ context.Context, sum Sum) error {
	if err := sum.Validate(); err != nil {
		return err
	}
	if err := f.root.Remove(place(sum)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("blob: delete: %w", err)
	}
	return nil
}

// Sweep removes what killed processes left half put: temporary files that
// nobody has written to since before. It returns how many there were.
func (f *Folder) Sweep(before time.Time) (int, error) {
	entries, err := fs.ReadDir(f.root.FS(), temporary)
	if err != nil {
		return 0, fmt.Errorf("blob: sweep: %w", err)
	}
	swept := 0
	var problems []error
	for _, entry := range entries {
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.ModTime().Before(before) {
			continue
		}
		if err == nil {
			err = f.root.Remove(path.Join(temporary, entry.Name()))
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("blob: sweep: %w", err))
			continue
		}
		swept++
	}
	return swept, errors.Join(problems...)
}

// place is where a blob lies.
func place(sum Sum) string { return path.Join(string(sum[:2]), string(sum[2:4]), string(sum)) }
