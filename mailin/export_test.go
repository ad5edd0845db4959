package mailin

// The rows, for the test that holds them to their tables.
type (
	InboundRow = inboundRow
	MailboxRow = mailboxRow
)
