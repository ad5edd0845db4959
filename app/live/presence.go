package live

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"amigo/app/redis"
)

// Doing is what somebody does with a thing that is open before them.
type Doing string

// What one can be doing. Somebody who writes has it before them, too.
const (
	Seeing Doing = "seen"
	Typing Doing = "typing"
)

// How long a sign of life counts. Pages give one every twenty seconds, and while
// somebody types every few.
const (
	seenFor    = 45 * time.Second
	typedFor   = 12 * time.Second
	presentFor = 2 * time.Minute // of all signs, once nobody gives any
)

// Present is somebody who has a thing before them.
type Present struct {
	ID     int64 // of the thing
	Person int64
	Name   string
	Typing bool
}

// Presence is who has what before them now. It is kept in Redis and nowhere
// else: a sign of life fades by itself, and a Redis that is away means that
// nobody is seen. It is safe for concurrent use.
type Presence struct {
	hub   *Hub
	redis *redis.Server
}

// Presence is who has what before them now, in the whole installation.
func (h *Hub) Presence() *Presence { return &Presence{hub: h, redis: h.redis} }

// sign is a sign of life as Redis keeps it.
type sign struct {
	Name  string `json:"name"`
	Until int64  `json:"until"` // Unix milliseconds
}

// key is the hash of all signs, a field each: thing, person, what they do.
func (p *Presence) key() string { return p.hub.Channel + ":here" }

func field(id, person int64, d Doing) string {
	return strconv.FormatInt(id, 10) + ":" + strconv.FormatInt(person, 10) + ":" + string(d)
}

// Here notes that somebody has a thing before them, and whether they write. The
// pages that show it are woken when that is news.
func (p *Presence) Here(ctx context.Context, who Present) {
	now := p.hub.db.Now(ctx)
	fields := []string{field(who.ID, who.Person, Seeing)}
	signs := []sign{{Name: who.Name, Until: now.Add(seenFor).UnixMilli()}}
	if who.Typing {
		fields = append(fields, field(who.ID, who.Person, Typing))
		signs = append(signs, sign{Name: who.Name, Until: now.Add(typedFor).UnixMilli()})
	}
	before, err := p.redis.Client().HMGet(ctx, p.key(), fields...).Result()
	if err != nil {
		p.away(ctx, err)
		return
	}
	news := slices.ContainsFunc(before, func(was any) bool { return !alive(was, now) })
	pipe := p.redis.Client().Pipeline()
	for i, f := range fields {
		text, err := json.Marshal(signs[i])
		if err != nil {
			p.away(ctx, err)
			return
		}
		pipe.HSet(ctx, p.key(), f, text)
	}
	pipe.PExpire(ctx, p.key(), presentFor)
	if _, err := pipe.Exec(ctx); err != nil {
		p.away(ctx, err)
		return
	}
	if news {
		p.wake(ctx, who.ID)
	}
}

// Stopped notes that somebody writes no longer; they still have it before them.
func (p *Presence) Stopped(ctx context.Context, id, person int64) {
	p.drop(ctx, id, field(id, person, Typing))
}

// Left notes that somebody has a thing before them no longer.
func (p *Presence) Left(ctx context.Context, id, person int64) {
	p.drop(ctx, id, field(id, person, Seeing), field(id, person, Typing))
}

func (p *Presence) drop(ctx context.Context, id int64, fields ...string) {
	gone, err := p.redis.Client().HDel(ctx, p.key(), fields...).Result()
	if err != nil {
		p.away(ctx, err)
	} else if gone > 0 {
		p.wake(ctx, id)
	}
}

// Who lists who has a thing before them, by name.
func (p *Presence) Who(ctx context.Context, id int64) []Present {
	var here []Present
	for _, one := range p.all(ctx) {
		if one.ID == id {
			here = append(here, one)
		}
	}
	return here
}

// Writing lists who is writing about what, by the thing.
func (p *Presence) Writing(ctx context.Context) map[int64][]Present {
	writing := map[int64][]Present{}
	for _, one := range p.all(ctx) {
		if one.Typing {
			writing[one.ID] = append(writing[one.ID], one)
		}
	}
	return writing
}

// all reads every sign that still counts, each person once for each thing, and
// forgets the others.
func (p *Presence) all(ctx context.Context) []Present {
	signs, err := p.redis.Client().HGetAll(ctx, p.key()).Result()
	if err != nil {
		p.away(ctx, err)
		return nil
	}
	now := p.hub.db.Now(ctx)
	var faded []string
	found := map[[2]int64]Present{}
	for f, text := range signs {
		one, typing, ok := readField(f)
		if !ok || !alive(text, now) {
			faded = append(faded, f)
			continue
		}
		at := [2]int64{one.ID, one.Person}
		one.Name, one.Typing = nameIn(text), typing || found[at].Typing
		found[at] = one
	}
	if len(faded) > 0 {
		if err := p.redis.Client().HDel(ctx, p.key(), faded...).Err(); err != nil {
			p.away(ctx, err)
		}
	}
	here := make([]Present, 0, len(found))
	for _, one := range found {
		here = append(here, one)
	}
	slices.SortFunc(here, func(a, b Present) int {
		return strings.Compare(a.Name, b.Name)
	})
	return here
}

func readField(f string) (who Present, typing, ok bool) {
	parts := strings.Split(f, ":")
	if len(parts) != 3 {
		return who, false, false
	}
	var err error
	if who.ID, err = strconv.ParseInt(parts[0], 10, 64); err != nil {
		return who, false, false
	}
	if who.Person, err = strconv.ParseInt(parts[1], 10, 64); err != nil {
		return who, false, false
	}
	return who, Doing(parts[2]) == Typing, true
}

// alive says whether a sign still counts.
func alive(text any, now time.Time) bool { return readSign(text).Until > now.UnixMilli() }

func nameIn(text any) string { return readSign(text).Name }

// readSign reads a sign; what is none has never counted.
func readSign(text any) (s sign) {
	if text, ok := text.(string); ok {
		_ = json.Unmarshal([]byte(text), &s)
	}
	return s
}

// wake tells those who show a thing that somebody came, went, or writes.
func (p *Presence) wake(ctx context.Context, id int64) {
	p.hub.Publish(ctx, Change{What: "presence", ID: id})
}

func (p *Presence) away(ctx context.Context, err error) {
	slog.DebugContext(ctx, "live: presence", "error", err)
}
