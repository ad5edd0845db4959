package limit

// Row is the row of a key, for the test that holds it to the table.
type Row = row
