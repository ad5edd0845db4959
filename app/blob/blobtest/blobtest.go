package blobtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"amigo/app/blob"
	"amigo/app/fault"
)

// Run holds the stores that open makes, a fresh one for each test, to the
// promises of blob.Store.
func Run(t *testing.T, open func(t *testing.T) blob.Store) {
	t.Helper()
	for _, promise := range []struct {
		name string
		test func(t *testing.T, s blob.Store)
	}{
		{"WhatIsPutIsRead", whatIsPutIsRead},
		{"EqualBytesAreOneBlob", equalBytesAreOneBlob},
		{"WhatIsNotThereIsNotFound", whatIsNotThereIsNotFound},
		{"AMalformedSumIsInvalid", aMalformedSumIsInvalid},
		{"AFailedPutLeavesNothing", aFailedPutLeavesNothing},
		{"NothingIsThereBeforePutReturns", nothingIsThereBeforePutReturns},
		{"ACancelledPutLeavesNothing", aCancelledPutLeavesNothing},
		{"ManyMayWorkAtOnce", manyMayWorkAtOnce},
	} {
		t.Run(promise.name, func(t *testing.T) { promise.test(t, open(t)) })
	}
}

// put stores bytes and checks the answer.
func put(t *testing.T, s blob.Store, content []byte) blob.Sum {
	t.Helper()
	sum, size, err := s.Put(t.Context(), bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if sum != blob.SumOf(content) || size != int64(len(content)) {
		t.Fatalf("%d bytes were put as %d under %s", len(content), size, sum)
	}
	return sum
}

// has asks whether a blob is there, of Has and of Open, which must agree.
func has(t *testing.T, s blob.Store, sum blob.Sum) bool {
	t.Helper()
	there, err := s.Has(t.Context(), sum)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Open(t.Context(), sum)
	if there != (err == nil) || err != nil && !errors.Is(err, fault.NotFound) {
		t.Fatalf("Has says %v, Open says %v", there, err)
	}
	if err == nil {
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return there
}

func whatIsPutIsRead(t *testing.T, s blob.Store) {
	for _, size := range []int{0, 1, 4096, 1<<20 + 1} {
		content := bytes.Repeat([]byte{0, '\r', '\n', 0xff, 'x'}, size/5+1)[:size]
		sum := put(t, s, content)
		for range 2 {
			r, err := s.Open(t.Context(), sum)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if err != nil || !bytes.Equal(got, content) {
				t.Errorf("%d bytes came back as %d: %v", size, len(got), err)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func equalBytesAreOneBlob(t *testing.T, s blob.Store) {
	first, second := put(t, s, []byte("photo")), put(t, s, []byte("photo"))
	other := put(t, s, []byte("photos"))
	if first != second {
		t.Fatalf("two sums: %s, %s", first, second)
	}
	if err := s.Delete(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if has(t, s, first) || !has(t, s, other) {
		t.Error("Delete did not remove exactly one blob")
	}
	put(t, s, []byte("photo"))
	if !has(t, s, first) {
		t.Error("a blob cannot come back")
	}
}

func whatIsNotThereIsNotFound(t *testing.T, s blob.Store) {
	sum := blob.SumOf([]byte("never put"))
	if has(t, s, sum) {
		t.Error("it is there")
	}
	for range 2 {
		if err := s.Delete(t.Context(), sum); err != nil {
			t.Errorf("Delete: %v", err)
		}
	}
}

func aMalformedSumIsInvalid(t *testing.T, s blob.Store) {
	good := string(put(t, s, []byte("photo")))
	for _, bad := range []string{
		"", ".", "..", good[:63], good + "0", strings.ToUpper(good), "../" + good[3:], good[:2] + "/" + good[3:], " " + good[1:], good[:63] + "\x00",
	} {
		if _, err := s.Open(t.Context(), blob.Sum(bad)); !errors.Is(err, fault.Invalid) {
			t.Errorf("Open %q: %v", bad, err)
		}
		if _, err := s.Has(t.Context(), blob.Sum(bad)); !errors.Is(err, fault.Invalid) {
			t.Errorf("Has %q: %v", bad, err)
		}
		if err := s.Delete(t.Context(), blob.Sum(bad)); !errors.Is(err, fault.Invalid) {
			t.Errorf("Delete %q: %v", bad, err)
		}
	}
}

func aFailedPutLeavesNothing(t *testing.T, s blob.Store) {
	half := bytes.Repeat([]byte("half"), 50_000)
	broken := errors.New("the line went dead")
	_, _, err := s.Put(t.Context(), io.MultiReader(bytes.NewReader(half), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Errorf("the error is %v", err)
	}
	if has(t, s, blob.SumOf(half)) {
		t.Error("half a blob is there")
	}
}

func nothingIsThereBeforePutReturns(t *testing.T, s blob.Store) {
	half := bytes.Repeat([]byte("half"), 50_000)
	whole := append(bytes.Clone(half), half...)
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		_, _, err := s.Put(t.Context(), r)
		done <- err
	}()
	for range 2 {
		if has(t, s, blob.SumOf(half)) || has(t, s, blob.SumOf(whole)) {
			t.Error("a blob is there before its last byte")
		}
		if _, err := w.Write(half); err != nil {
			t.Fatal(err)
		}
	}
	if has(t, s, blob.SumOf(whole)) {
		t.Error("a blob is there before its end is known")
	}
	if err := errors.Join(w.Close(), <-done); err != nil {
		t.Fatal(err)
	}
	if !has(t, s, blob.SumOf(whole)) || has(t, s, blob.SumOf(half)) {
		t.Error("the whole, and only the whole, should be there")
	}
}

func aCancelledPutLeavesNothing(t *testing.T, s blob.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	content := []byte("photo")
	// The context ends after the first bytes were read.
	reader := io.MultiReader(bytes.NewReader(content), readFunc(func([]byte) (int, error) {
		cancel()
		return 0, nil
	}), strings.NewReader("more"))
	if _, _, err := s.Put(ctx, reader); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	for _, part := range []string{"photo", "photomore"} {
		if has(t, s, blob.SumOf([]byte(part))) {
			t.Errorf("%q is there", part)
		}
	}
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

func manyMayWorkAtOnce(t *testing.T, s blob.Store) {
	shared := bytes.Repeat([]byte("shared"), 10_000)
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			own := fmt.Appendf(nil, "own %d", i)
			for _, content := range [][]byte{shared, own, shared} {
				if err := roundTrip(t.Context(), s, content); err != nil {
					t.Error(err)
				}
			}
			if err := s.Delete(t.Context(), blob.SumOf(own)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if !has(t, s, blob.SumOf(shared)) {
		t.Error("the shared blob is lost")
	}
}

// roundTrip puts a blob and reads it back.
func roundTrip(ctx context.Context, s blob.Store, content []byte) error {
	sum, _, err := s.Put(ctx, bytes.NewReader(content))
	if err != nil {
		return err
	}
	r, err := s.Open(ctx, sum)
	if err != nil {
		return err
	}
	got, err := io.ReadAll(r)
	if err == nil && !bytes.Equal(got, content) {
		err = fmt.Errorf("%d bytes came back as %d", len(content), len(got))
	}
	return errors.Join(err, r.Close())
}
