package blob_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"amigo/app/blob"
	"amigo/app/blob/blobtest"
	"amigo/app/fault"
)

// asVictim, set in the environment, makes this program a process that puts a
// blob and is killed before it is whole.
const asVictim = "AMIGO_BLOB_TEST_VICTIM"

func TestMain(m *testing.M) {
	if dir := os.Getenv(asVictim); dir != "" {
		victim(dir)
		return
	}
	os.Exit(m.Run())
}

func TestMemoryKeepsThePromises(t *testing.T) {
	blobtest.Run(t, func(*testing.T) blob.Store { return blob.NewMemory() })
}

func TestFolderKeepsThePromises(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blob.Store { return folder(t, t.TempDir()) })
}

func folder(t *testing.T, dir string) *blob.Folder {
	t.Helper()
	f, err := blob.NewFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// put stores a text and returns its sum and its file.
func put(t *testing.T, f *blob.Folder, dir, text string) (blob.Sum, string) {
	t.Helper()
	sum, _, err := f.Put(t.Context(), strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return sum, filepath.Join(dir, string(sum[:2]), string(sum[2:4]), string(sum))
}

// files lists what lies in a folder, without the folders.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found = append(found, strings.TrimPrefix(path, dir+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestFilesAreTheOwnersAloneAndNothingTemporaryStays(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "blobs")
	f := folder(t, dir)
	_, file := put(t, f, dir, "photo")
	if found := files(t, dir); len(found) != 1 || filepath.Join(dir, found[0]) != file {
		t.Errorf("files %q", found)
	}
	for path, want := range map[string]fs.FileMode{file: 0o600, filepath.Dir(file): 0o700, dir: 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want %v", path, info.Mode().Perm(), err, want)
		}
	}
}

func TestAFailedPutLeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	f := folder(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := f.Put(ctx, strings.NewReader("photo")); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	if found := files(t, dir); len(found) > 0 {
		t.Errorf("files %q", found)
	}
}

func TestADamagedBlobIsNeverReadAsWholeAndMendsWhenPutAgain(t *testing.T) {
	dir := t.TempDir()
	f := folder(t, dir)
	sum, file := put(t, f, dir, "photo of the printer")
	for _, damage := range []string{"photo of the plotter", "photo", "", "photo of the printer."} {
		if err := os.WriteFile(file, []byte(damage), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := read(t, f, sum); !errors.Is(err, blob.ErrDamaged) {
			t.Errorf("%q is read with %v", damage, err)
		}
	}
	put(t, f, dir, "photo of the printer")
	if text, err := read(t, f, sum); err != nil || text != "photo of the printer" {
		t.Errorf("after another put: %q, %v", text, err)
	}
}

func read(t *testing.T, f *blob.Folder, sum blob.Sum) (string, error) {
	t.Helper()
	r, err := f.Open(t.Context(), sum)
	if err != nil {
		return "", err
	}
	defer r.Close() //nolint:errcheck // only read
	text, err := io.ReadAll(r)
	return string(text), err
}

func TestALinkIsNoBlobAndLeadsNowhere(t *testing.T) {
	outside := t.TempDir()
	secret := filepath.Join(outside, "secret")
	if err := os.WriteFile(secret, []byte("photo"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	f := folder(t, dir)
	sum, file := put(t, f, dir, "photo")
	if err := errors.Join(os.Remove(file), os.Symlink(secret, file)); err != nil {
		t.Fatal(err)
	}
	if _, err := read(t, f, sum); !errors.Is(err, fault.NotFound) {
		t.Errorf("a linked file is read with %v", err)
	}
	put(t, f, dir, "photo")
	if info, err := os.Lstat(file); err != nil || !info.Mode().IsRegular() {
		t.Errorf("the link was not replaced: %v, %v", info, err)
	}

	branch := filepath.Dir(filepath.Dir(file))
	if err := errors.Join(os.RemoveAll(branch), os.Symlink(outside, branch)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.Put(t.Context(), strings.NewReader("photo")); err == nil {
		t.Error("a blob was put through a link")
	}
	if found := files(t, outside); len(found) != 1 {
		t.Errorf("outside of the folder lie %q", found)
	}
}

// victim puts half of a blob, says so, and waits for its end.
func victim(dir string) {
	f, err := blob.NewFolder(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	r, w := io.Pipe()
	go func() {
		_, err := w.Write(bytes.Repeat([]byte("half"), 50_000))
		fmt.Println("half", err)
		select {}
	}()
	_, _, err = f.Put(context.Background(), r)
	fmt.Println("put", err)
}

func TestAKilledPutLeavesNothingReadableAndIsSweptLater(t *testing.T) {
	dir := t.TempDir()
	f := folder(t, dir)
	kept, _ := put(t, f, dir, "photo")

	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), asVictim+"="+dir)
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	said, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || said != "half <nil>\n" {
		t.Errorf("the process said %q, %v", said, err)
	}
	_ = command.Process.Kill()
	_ = command.Wait()

	left := files(t, dir)
	if len(left) != 2 {
		t.Fatalf("files %q, want a blob and a temporary file", left)
	}
	if n, err := f.Sweep(time.Unix(0, 0)); n != 0 || err != nil {
		t.Errorf("swept %d files that are young: %v", n, err)
	}
	if n, err := f.Sweep(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)); n != 1 || err != nil {
		t.Errorf("swept %d files: %v", n, err)
	}
	if text, err := read(t, f, kept); err != nil || text != "photo" || len(files(t, dir)) != 1 {
		t.Errorf("the whole blob is %q, %v", text, err)
	}
}
