package mailin

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"amigo/app/people"
	"amigo/tickets"
)

// Judge says what becomes of a letter. It is pure: the same letter and the same
// knowledge give the same verdict for ever.
func Judge(l Letter, k Known) Verdict {
	v := decide(l, k)
	v.Person = k.Sender.Person
	v.Proven = Authentication(l, k.AuthservID, k.Trusted) == AuthPass
	if v.Voice == AsSchool {
		v.Establishment = k.Sender.Establishment
	}
	v.Flags = flags(l, k, v)
	v.Answer, v.Silence = mayAnswer(l, k, v)
	return v
}

// decide goes through the questions in the order of their weight: is it new, is
// it a letter, does it come from somebody, do we believe them, what is it about.
func decide(l Letter, k Known) Verdict {
	switch {
	case k.Before == SeenSame:
		return Verdict{Act: Repeated, Reason: SeenBefore, Voice: Nobody}
	case k.Own:
		return Verdict{Act: Ignore, Reason: OwnMail, Voice: Nobody}
	case l.Unread == TooLarge:
		return Verdict{Act: Refuse, Reason: LetterTooBig, Voice: Nobody}
	case l.Unread == Empty, l.Unread == NoHeader:
		return Verdict{Act: Open, Reason: Unreadable, Voice: Nobody}
	case l.Bounce != nil:
		return bounced(*l.Bounce, k)
	case l.From == "":
		return held(NoSender, k)
	case len(l.FromAll) > 1:
		return held(TwoSenders, k)
	case k.Blocked:
		return Verdict{Act: Refuse, Reason: SenderBlocked, Voice: Nobody}
	case l.SpamFlagged:
		return held(LooksLikeSpam, k)
	}
	voice, doubt := believe(l, k)
	if doubt != "" {
		return held(doubt, k)
	}
	if t := k.Signed; t != nil {
		return toSigned(l, k, *t, voice)
	}
	if t := k.Named; t != nil {
		return toNamed(l, k, *t, voice)
	}
	return toNew(l, k, voice)
}

// held keeps a letter for a technician, with the ticket that it points to.
func held(why Reason, k Known) Verdict {
	return Verdict{Act: Hold, Reason: why, Voice: Nobody, Ticket: pointsTo(k)}
}

// pointsTo is the ticket that a letter names, proven or not.
func pointsTo(k Known) tickets.ID {
	switch {
	case k.Signed != nil:
		return k.Signed.ticket()
	case k.Named != nil:
		return k.Named.ticket()
	}
	return 0
}

// believe says as whom the sender speaks, or why the letter must be held.
func believe(l Letter, k Known) (Voice, Reason) {
	auth := Authentication(l, k.AuthservID, k.Trusted)
	named := k.Sender.inDirectory()
	thirdParty := k.Signed != nil && k.Signed.ThirdParty || k.Named != nil && k.Named.ThirdParty
	switch {
	case auth == AuthFail && (named || k.Directory || thirdParty):
		return Nobody, DMARCFailed
	case !named:
		return AsGuest, ""
	case k.AuthservID == "" && k.Sender.staff():
		// Anybody can write a technician's name; nothing here proves it.
		return AsGuest, ""
	case k.AuthservID != "" && auth != AuthPass:
		return AsGuest, ""
	case k.Sender.Kind == people.School:
		return AsSchool, ""
	}
	return AsPerson, ""
}

// toSigned files a letter that bears one of our secrets. The ticket is certain;
// what must agree is the sender.
func toSigned(l Letter, k Known, t Thread, voice Voice) Verdict {
	theirs := t.Recipient != 0 && t.Recipient == k.Sender.Person
	switch {
	case t.Expired:
		return doubted(l, TokenExpired, k)
	case k.Sender.Disabled:
		return doubted(l, SenderDisabled, k)
	case t.ThirdParty: // whoever else they are: what they say is never public
		return onTicket(l, t, voice, ByThirdParty)
	case k.Sender.staff() && voice == AsPerson && t.Staff: // "I am on it" is not for the requester
		return onTicket(l, t, voice, AmongStaff)
	case k.Sender.staff() && voice == AsPerson:
		return onTicket(l, t, voice, ByStaff)
	case !theirs:
		return doubted(l, OtherSender, k)
	case k.Sender.staff():
		return doubted(l, StaffUnproven, k)
	}
	return onTicket(l, t, voice, BySignature)
}

// toNamed files a letter whose subject names a ticket: a number that anybody can
// guess, so the sender must already take part, or be a technician.
func toNamed(l Letter, k Known, t Thread, voice Voice) Verdict {
	guest := k.Sender.Kind == people.Guest
	switch {
	case k.Sender.Disabled:
		return doubted(l, SenderDisabled, k)
	case t.ThirdParty: // whoever else they are: what they say is never public
		return onTicket(l, t, voice, ByThirdParty)
	case k.Sender.staff() && voice == AsPerson:
		return onTicket(l, t, voice, ByStaff)
	case t.Participates && (voice != AsGuest || guest):
		return onTicket(l, t, voice, ByReference)
	case k.Sender.staff():
		return doubted(l, StaffUnproven, k)
	}
	return doubted(l, ReferenceUnproven, k)
}

// doubted holds a letter whose sender does not fit the ticket. An automatic one
// is not worth a technician's look.
func doubted(l Letter, why Reason, k Known) Verdict {
	if l.Automatic != ByPerson {
		return Verdict{Act: Ignore, Reason: AutomaticMail, Voice: Nobody, Ticket: pointsTo(k)}
	}
	return held(why, k)
}

// onTicket files a letter on its ticket, or on a new one linked to it when that
// was closed too long ago; what is internal stays with the notes there. An
// automatic mail never reopens anything.
func onTicket(l Letter, t Thread, voice Voice, why Reason) Verdict {
	automatic := l.Automatic != ByPerson
	v := Verdict{Act: Reply, Reason: why, Voice: voice, Ticket: t.ticket(), Internal: why == ByThirdParty || why == AmongStaff}
	if _, note := NoteOf(l.NewText); note && (why == ByStaff || why == AmongStaff) {
		v.Note, v.Internal = true, true
	}
	if t.LongClosed && !automatic && !v.Internal {
		return Verdict{Act: Open, Reason: LongClosed, Voice: voice, Linked: t.ticket()}
	}
	v.Reopens = !automatic && !v.Internal
	return v
}

// toNew files a letter about nothing that we know yet.
func toNew(l Letter, k Known, voice Voice) Verdict {
	switch {
	case l.Automatic != ByPerson && k.Monitor:
		return Verdict{Act: Open, Reason: Monitoring, Voice: voice}
	case l.Automatic.Weak() && voice != AsGuest:
		return held(AutomaticPerson, k)
	case l.Automatic != ByPerson:
		return Verdict{Act: Ignore, Reason: AutomaticMail, Voice: Nobody}
	case voice == AsGuest && k.Guests == GuestsRefused:
		return Verdict{Act: Refuse, Reason: NoGuests, Voice: voice}
	case voice == AsGuest && k.Guests == GuestsHeld:
		return held(GuestTooMany, k)
	}
	return Verdict{Act: Open, Reason: NewRequest, Voice: voice}
}

// bounced files a delivery report. It marks an address only when it speaks of a
// letter that we sent: a report is easily forged, and would silence somebody.
func bounced(b Bounce, k Known) Verdict {
	v := Verdict{Act: Returned, Voice: Nobody, Ticket: pointsTo(k), Hard: b.Hard}
	switch {
	case !b.Failed():
		return Verdict{Act: Ignore, Reason: Delivered, Voice: Nobody, Ticket: pointsTo(k)}
	case k.Returned == nil:
		return Verdict{Act: Ignore, Reason: BounceUnknown, Voice: Nobody, Ticket: pointsTo(k)}
	case b.Action == "delayed":
		v.Reason = BouncedDelayed
	case b.Hard:
		v.Reason = BouncedHard
	default:
		v.Reason = BouncedSoft
	}
	v.Address = k.Returned.Address
	if k.Returned.Ticket != 0 {
		v.Ticket = k.Returned.Ticket
	}
	return v
}

// mayAnswer says whether the sender may be sent anything, and if not why. Held
// letters are answered by the technician who decides.
func mayAnswer(l Letter, k Known, v Verdict) (bool, Reason) {
	switch {
	case v.Act != Open && v.Act != Reply && v.Act != Refuse, l.From == "":
		return false, ""
	case l.Automatic != ByPerson:
		// RFC 3834 section 2: never answer an automatic message.
		return false, AutomaticMail
	case len(l.FromAll) > 1:
		return false, TwoSenders
	case Authentication(l, k.AuthservID, k.Trusted) == AuthFail:
		return false, DMARCFailed
	case v.Reason == SenderBlocked:
		return false, SenderBlocked
	case k.Spent != NotSpent:
		return false, LoopBudget
	}
	return true, ""
}

// flags lists what a technician should see.
func flags(l Letter, k Known, v Verdict) []Flag {
	var list []Flag
	add := func(f Flag, when bool) {
		if when {
			list = append(list, f)
		}
	}
	add(FlagSameID, k.Before == SeenOther)
	add(FlagMerged, v.Ticket != 0 && (k.Signed != nil && k.Signed.Survivor == v.Ticket || k.Named != nil && k.Named.Survivor == v.Ticket))
	add(FlagLimits, slices.Contains([]Unread{HeadTooLong, TooManyParts, TooDeep}, l.Unread))
	add(FlagAutomatic, l.Automatic != ByPerson)
	add(FlagBudget, k.Spent != NotSpent)
	return list
}

// noteLine is how a technician makes a mail internal.
var noteLine = regexp.MustCompile(`(?i)^\s*#note\b[ \t:]*`)

// NoteOf takes "#note" off the first line of a text; ok is false when it is not there.
func NoteOf(text string) (body string, ok bool) {
	text = strings.TrimLeft(text, " \t\n\u00a0")
	at := noteLine.FindStringIndex(text)
	if at == nil {
		return text, false
	}
	return strings.TrimLeft(text[at[1]:], "\n"), true
}

// subjectRef is our reference in a subject.
var subjectRef = regexp.MustCompile(`(?i)\[AMIGO[\s\x{00a0}]*#?[\s\x{00a0}]*([0-9]{1,18})\]`)

// SubjectRef finds the ticket that a subject names, "[AMIGO #12345]"; ok is false
// when it names none. With several, the first counts.
func SubjectRef(subject string) (id tickets.ID, ok bool) {
	m := subjectRef.FindStringSubmatch(subject)
	if m == nil {
		return 0, false
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	return tickets.ID(n), err == nil && n > 0
}
