package ui

import "testing"

func TestInitialsAreThoseOfTheFirstAndLastName(t *testing.T) {
	for name, want := range map[string]string{
		"Alix Blin":                       "AB",
		"Mme Martin":                      "M",
		"Mme Le Goff":                     "LG",
		"Jean-Baptiste de La Tour-Maupin": "JM",
		"élie fouquet":                    "ÉF",
		"  ":                              "",
		"M.":                              "",
	} {
		if got := (Person{Name: name}).initials(); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestChartKeepsEveryPointInsideItself(t *testing.T) {
	for name, c := range map[string]Chart{
		"rising":      {Target: 18, Points: []Point{{Value: 1}, {Value: 40}}},
		"flat":        {Target: 18, Points: []Point{{Value: 18}, {Value: 18}}},
		"zero":        {Points: []Point{{}, {}, {}}},
		"one":         {Target: 1, Points: []Point{{Value: 3}}},
		"below":       {Target: -3, Points: []Point{{Value: -10}, {Value: -2}}},
		"target high": {Target: 1000, Points: []Point{{Value: 1}, {Value: 2}}},
	} {
		for i, s := range c.spots() {
			if !(s.X >= 0 && s.X <= chartWidth && s.Y >= chartTop-1 && s.Y <= chartHeight-chartBottom+1) {
				t.Errorf("%s: point %d at %v, %v", name, i, s.X, s.Y)
			}
		}
		if y := c.y(c.Target); y < 0 || y > chartHeight {
			t.Errorf("%s: target at %v", name, y)
		}
	}
}

func TestChartDrawsMoreHigher(t *testing.T) {
	c := Chart{Target: 18, Points: []Point{{Value: 10}, {Value: 20}}}
	low, high := c.spots()[0], c.spots()[1]
	if high.Y >= low.Y || high.X <= low.X {
		t.Errorf("10 at %v, 20 at %v", low, high)
	}
	if want := unit(low.X) + "," + unit(low.Y) + " " + unit(high.X) + "," + unit(high.Y); len(c.runs()) != 1 || c.runs()[0] != want {
		t.Errorf("lines %q, want %q", c.runs(), want)
	}
}

func TestChartHasAGapWhereNothingWasMeasured(t *testing.T) {
	c := Chart{Target: 18, Points: []Point{{Value: 10}, {Value: 12}, {None: true}, {Value: 900, None: true}, {Value: 20}, {None: true}}}
	if runs := c.runs(); len(runs) != 2 || c.last() != 4 {
		t.Errorf("lines %q, the last point is %d", runs, c.last())
	}
	if _, high := c.span(); high > 25 {
		t.Errorf("what was not measured stretches the drawing to %v", high)
	}
	if (Chart{Points: []Point{{None: true}}}).last() != -1 {
		t.Error("nothing has a last point")
	}
}

func TestOptionsStandTogetherByGroup(t *testing.T) {
	runs := groups([]Option{{Group: "a"}, {Group: "a"}, {Group: "b"}, {Group: "a"}})
	if len(runs) != 3 || len(runs[0]) != 2 {
		t.Errorf("%v", runs)
	}
}
