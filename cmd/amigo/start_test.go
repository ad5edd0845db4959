package main

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkStart measures how long the program takes from nothing to its first
// page on the embedded default, and how much memory it then holds: first with an
// empty folder, in which it makes its database, then with what is there. Beside
// it stands the start of a process that only says its version.
func BenchmarkStart(b *testing.B) {
	program := filepath.Join(b.TempDir(), "amigo")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	b.Run("EmptyFolder", func(b *testing.B) {
		start(b, program, func() string { return b.TempDir() })
	})
	b.Run("KnownFolder", func(b *testing.B) {
		folder := b.TempDir()
		begin(b, program, folder).end()
		start(b, program, func() string { return folder })
	})
}

// start starts the program again and again, each time in a folder.
func start(b *testing.B, program string, folder func() string) {
	b.Helper()
	var resident, peak, took float64
	for b.Loop() {
		p := begin(b, program, folder())
		b.StopTimer()
		took += p.took.Seconds()
		resident += p.memory("VmRSS")
		peak += p.memory("VmHWM")
		p.end()
		b.StartTimer()
	}
	b.StopTimer()
	n := float64(b.N)
	b.ReportMetric(resident/n, "MB-resident")
	b.ReportMetric(peak/n, "MB-peak")
	bare := time.Now()
	const rounds = 5
	for range rounds {
		if err := exec.CommandContext(b.Context(), program, "version").Run(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(took/n/(time.Since(bare).Seconds()/rounds), "times-a-bare-process")
}

// process is the program while it serves.
type process struct {
	testing.TB
	*exec.Cmd
	took time.Duration // from the start to the first page
}

// begin starts the program, and waits for its first page.
func begin(t testing.TB, program, folder string) *process {
	t.Helper()
	address := freeAddress(t)
	p := &process{TB: t, Cmd: exec.CommandContext(context.WithoutCancel(t.Context()), program, "serve")}
	p.Env = []string{"AMIGO_DATA_DIR=" + folder, "AMIGO_LISTEN=" + address, "PATH=" + os.Getenv("PATH")}
	var said strings.Builder
	p.Stderr = &said
	began := time.Now()
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	for !answers(t.Context(), "http://"+address+"/") {
		if time.Since(began) > time.Minute {
			p.end()
			t.Fatalf("no page within a minute\n%s", &said)
		}
		time.Sleep(2 * time.Millisecond)
	}
	p.took = time.Since(began)
	return p
}

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func answers(ctx context.Context, address string) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// end tells the program to stop, and waits until it has.
func (p *process) end() {
	p.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		p.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		p.Fatal(err)
	}
}

// memory is a figure of the process in MB, where the system has /proc; else 0.
func (p *process) memory(what string) float64 {
	p.Helper()
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(p.Process.Pid), "status"))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), what+":")
	number, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	kB, err := strconv.ParseFloat(number, 64)
	if err != nil {
		p.Fatalf("%s is %q", what, number)
	}
	return kB / 1000
}
