package calendar

import "testing"

func TestTheBookKeepsTheNewestVersionsReady(t *testing.T) {
	b := &Book{compiled: map[VersionID]Version{}}
	for id := VersionID(1); id <= 70; id++ {
		b.keep(Version{ID: id})
	}
	for id := VersionID(1); id <= 70; id++ {
		if _, ready := b.ready(id); ready != (id > 70-maxCompiled) {
			t.Errorf("version %d is ready: %v", id, ready)
		}
	}
	b.keep(Version{ID: 70})
	if len(b.compiled) != maxCompiled {
		t.Errorf("%d versions are ready", len(b.compiled))
	}
}
