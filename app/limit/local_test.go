package limit_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"amigo/app/fault"
	"amigo/app/limit"
)

func TestALocalLimitAllowsABurstAndThenTheRate(t *testing.T) {
	l, err := limit.NewLocal(five)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 18, 8, 0, 0, 0, time.UTC)
	for n := range 5 {
		if ok, _ := l.Take("ann", at); !ok {
			t.Fatalf("the %dth is refused", n+1)
		}
	}
	ok, retry := l.Take("ann", at)
	if ok || retry != 12*time.Second {
		t.Errorf("the sixth: %v, again in %v", ok, retry)
	}
	if ok, _ := l.Take("bob", at); !ok {
		t.Error("another key is refused")
	}
	if ok, _ := l.Take("ann", at.Add(retry)); !ok {
		t.Error("whoever waits as long as told is refused")
	}
	if _, err := limit.NewLocal(limit.Rate{}); !errors.Is(err, fault.Invalid) {
		t.Errorf("a rate of nothing: %v", err)
	}
}

func TestALocalLimitForgetsWhoHasGone(t *testing.T) {
	l, err := limit.NewLocal(limit.Rate{Burst: 1, Per: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 18, 8, 0, 0, 0, time.UTC)
	for n := range 30_000 {
		l.Take(fmt.Sprint(n), at.Add(time.Duration(n)*time.Second))
	}
	if n := l.Keys(); n > 10_001 {
		t.Errorf("%d keys are remembered", n)
	}
}
