package jobs

// Row is the row of a job, for the test that holds it to the table.
type Row = row
