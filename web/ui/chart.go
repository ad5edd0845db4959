package ui

import (
	"math"
	"strconv"
)

// Chart is a figure over time against its target: one line, one dashed line.
// The same figures stand in a table on the page; the drawing is for the eye.
type Chart struct {
	Title       string // read aloud instead of the drawing: says the trend in a sentence
	Points      []Point
	Target      float64
	TargetLabel string // "18 h"
}

// Point is one figure. Label is short, for the axis; Text is the figure as
// written ("16,1 h"). Where None is set nothing was measured: the line stops
// before it and goes on behind it.
type Point struct {
	Label, Text string
	Value       float64
	None        bool
}

// The drawing's own units; the browser scales it to the room there is.
const (
	chartWidth  = 640.0
	chartHeight = 220.0
	chartLeft   = 8.0
	chartRight  = 44.0 // room for the target's label
	chartTop    = 24.0
	chartBottom = 28.0
)

// spot is where a point lands in the drawing.
type spot struct {
	Point
	X, Y float64
}

// spots places the points between the lowest and the highest value, the target
// among them, with a tenth of air on both sides.
func (c Chart) spots() []spot {
	placed := make([]spot, len(c.Points))
	for i, p := range c.Points {
		placed[i] = spot{Point: p, X: c.x(i), Y: c.y(p.Value)}
		if p.None {
			placed[i].Y = chartHeight - chartBottom
		}
	}
	return placed
}

func (c Chart) x(i int) float64 {
	if len(c.Points) < 2 {
		return chartLeft
	}
	return chartLeft + float64(i)*(chartWidth-chartLeft-chartRight)/float64(len(c.Points)-1)
}

func (c Chart) y(value float64) float64 {
	low, high := c.span()
	return chartTop + (high-value)/(high-low)*(chartHeight-chartTop-chartBottom)
}

func (c Chart) span() (low, high float64) {
	low, high = c.Target, c.Target
	for _, p := range c.Points {
		if !p.None {
			low, high = min(low, p.Value), max(high, p.Value)
		}
	}
	air := max((high-low)/10, math.Abs(high)/100, 0.01)
	return low - air, high + air
}

// runs are the polylines through neighbouring points.
func (c Chart) runs() []string {
	var runs []string
	open := false
	for _, s := range c.spots() {
		at := unit(s.X) + "," + unit(s.Y)
		switch {
		case s.None:
		case open:
			runs[len(runs)-1] += " " + at
		default:
			runs = append(runs, at)
		}
		open = !s.None
	}
	return runs
}

// last is the index of the last point that was measured, or -1.
func (c Chart) last() int {
	for i := len(c.Points) - 1; i >= 0; i-- {
		if !c.Points[i].None {
			return i
		}
	}
	return -1
}

// between says whether a label goes away where there is little room: two of
// three do, never the last.
func (c Chart) between(i int) bool { return len(c.Points) > 6 && (len(c.Points)-1-i)%3 != 0 }

// unit writes a coordinate with one decimal.
func unit(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }
