package tickets

import (
	"time"

	"amigo/app/blob"
	"amigo/app/people"
)

// MessageID identifies a message.
type MessageID int64

// Message is something said on a ticket: a public reply, or an internal note
// that requesters never see.
type Message struct {
	ID          MessageID
	Ticket      ID
	Author      people.ID
	Channel     people.Channel
	Internal    bool
	Body        string    // plain text, LF
	Quoted      string    // what a mail quoted of earlier messages, folded on the page
	Cc          []string  // of a mail, to whom else it went: words, and no right
	Addressee   people.ID // of an internal message, the third party to whom it was written; 0: nobody outside
	CreatedAt   time.Time
	Attachments []Attachment
}

// AttachmentID identifies an attachment.
type AttachmentID int64

// Attachment is a file that somebody sent. It is uploaded loose and claimed by
// the message that names it; one that nobody claims is deleted after a day.
type Attachment struct {
	ID        AttachmentID
	Ticket    ID // 0: loose
	Message   MessageID
	Uploader  people.ID
	Sum       blob.Sum
	Name      string
	Type      string // MIME type, told from the content
	Size      int64  // bytes
	CreatedAt time.Time
}
