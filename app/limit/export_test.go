package limit

// Row is the row of a key, for the test that holds it to the table.
type Row = row

// Keys is how many keys are remembered.
func (l *Local) Keys() int { return len(l.tats) }
