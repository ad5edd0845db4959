package mailin

import (
	"encoding/json"
	"strings"
)

// notice is what Amazon's mail service writes instead of a report: a JSON object
// in the text of a letter of its notification service.
type notice struct {
	Kind   string `json:"notificationType"`
	Bounce struct {
		Type       string `json:"bounceType"`
		Recipients []struct {
			Email      string `json:"emailAddress"`
			Action     string `json:"action"`
			Status     string `json:"status"`
			Diagnostic string `json:"diagnosticCode"`
		} `json:"bouncedRecipients"`
	} `json:"bounce"`
	Delivery struct {
		Recipients []string `json:"recipients"`
		Response   string   `json:"smtpResponse"`
	} `json:"delivery"`
	Mail struct {
		Common struct {
			MessageID string `json:"messageId"`
		} `json:"commonHeaders"`
	} `json:"mail"`
}

// noticeBounce reads such a notice, nil when the letter is none.
func noticeBounce(l *Letter, root *part) *Bounce {
	if !root.head.has("x-amz-sns-message-id") || !strings.HasPrefix(l.Text, "{") {
		return nil
	}
	// A server on the way may have broken the long line, "!" and a line end for each break.
	text := strings.ReplaceAll(l.Text, "!\n ", "")
	var n notice
	if json.NewDecoder(strings.NewReader(text)).Decode(&n) != nil {
		return nil
	}
	b := &Bounce{OriginalMessageID: first(messageIDs(n.Mail.Common.MessageID))}
	switch {
	case n.Kind == "Bounce" && len(n.Bounce.Recipients) > 0:
		r := n.Bounce.Recipients[0]
		b.Action, b.Status, b.Recipient = firstNonEmpty(strings.ToLower(r.Action), "failed"), enhancedStatus(r.Status), cleanEmail(r.Email)
		b.conclude(afterType(r.Diagnostic), n.Bounce.Type)
		return b
	case n.Kind == "Delivery" && len(n.Delivery.Recipients) > 0:
		b.Action, b.Recipient = "delivered", cleanEmail(n.Delivery.Recipients[0])
		b.conclude(n.Delivery.Response, "")
		return b
	}
	return nil
}
