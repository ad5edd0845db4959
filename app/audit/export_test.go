package audit

// Row is the row of a line, for the test that holds it to the table.
type Row = row
