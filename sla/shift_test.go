package sla

import (
	"context"
	"errors"
	"testing"

	"amigo/app/db/dbtest"
)

func TestAWorkerThatMustEndBeforeItBeganLeavesTheJobToTheNext(t *testing.T) {
	d := dbtest.SQLite(t, dbtest.NewClock().Now)
	ctx, end := context.WithCancel(t.Context())
	end()
	if err := (&Engine{db: d, store: store{d}}).repromise(ctx, Repromise{}); !errors.Is(err, context.Canceled) {
		t.Errorf("it says that all was counted: %v", err)
	}
}
