package mailin

import (
	"regexp"
	"strings"
)

// The line that our letters ask people to answer above, in both languages.
const (
	ReplyMarkerFR = "## Répondez au-dessus de cette ligne ##"
	ReplyMarkerEN = "## Reply above this line ##"
)

// maxMarkLine is the longest line in which a mark is looked for, in bytes.
const maxMarkLine = 500

// markerLine is the index of our own marker, -1 when it is not there.
func markerLine(lines []string) int {
	for i, line := range lines[:min(len(lines), maxLines-1)] {
		if strings.Contains(line, ReplyMarkerFR) || strings.Contains(line, ReplyMarkerEN) {
			return i
		}
	}
	return -1
}

// plainLine takes off what clients wrap around a mark: stars for bold, no-break
// spaces, the direction marks of Outlook on the web.
func plainLine(line string) string {
	if len(line) > maxMarkLine {
		return ""
	}
	line = strings.Map(func(r rune) rune {
		switch r {
		case '\u00a0', '\u202f', '\t':
			return ' '
		case '*', '\u200e', '\u200f', '\u200b':
			return -1
		case '’':
			return '\''
		}
		return r
	}, line)
	return strings.TrimSpace(line)
}

var (
	forwardSubject = regexp.MustCompile(`(?i)^\s*(tr|fw|fwd|wg|i|trans|transf|transféré)\s?:`)

	forwardLine = regexp.MustCompile(`(?i)^-{2,}\s*(message transféré|message transmis|courriel transféré|forwarded message|message réexpédié|forwarded by .*|weitergeleitete nachricht|mensaje reenviado|messaggio inoltrato)\s*-{0,}$|` +
		`^(début du message (transféré|réexpédié)|begin forwarded message)\s?:$`)

	separatorLine = regexp.MustCompile(`(?i)^(-|_){2,}\s*(message d'origine|message original|mail original|courriel original|message initial|original message|reply message|original appointment|rendez-vous d'origine|ursprüngliche nachricht|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|previous replies)\s*(-|_)*$`)

	aboveLine = regexp.MustCompile(`(?i)^[#*=_-]{2,}.{0,40}(above this line|au-dessus de cette ligne|oberhalb dieser zeile).{0,40}$`)

	// Headers as Outlook and its like copy them: the sender, then date, recipients, subject.
	blockStart = regexp.MustCompile(`(?i)^(de|from|von|van|da|expéditeur)\s?:\s*\S`)
	blockMore  = regexp.MustCompile(`(?i)^(envoyé|envoyé le|date|sent|gesendet|datum|enviado|inviato|à|a|to|an|para|cc|copie|copie à|objet|subject|betreff|asunto|oggetto|répondre à|reply-to|importance|pièces jointes|attachments)\s?:`)

	deviceLine = regexp.MustCompile(`(?i)^(` + strings.Join([]string{
		`envoyé (de|depuis|à partir de|avec|par|via) (mon|ma|un|une|l'|le|la|outlook|yahoo|gmail|proton|samsung|mobile|android|courrier|free|orange|sfr|bouygues|blackberry|windows|mailo|my).{0,90}`,
		`obten(ez|ir) outlook pour .{1,60}`,
		`télécharger? outlook pour .{1,60}`,
		`provenance\s?: courrier pour windows.{0,10}`,
		`sent from (my |the |a |outlook|yahoo|mail |samsung|proton|blackberry|gmail|windows|mobile).{0,60}`,
		`get outlook for .{1,60}`,
		`von meinem .{1,30} gesendet`,
		`gesendet (von|mit) .{1,40}`,
		`enviado (desde|do) (mi|meu) .{1,40}`,
		`inviato da .{1,40}`,
	}, "|") + `)$`)

	saidVerb = regexp.MustCompile(`(?i)(a écrit|écrivait|ecrit|a ecrit|wrote|writes|schrieb|escribió|escreveu|ha scritto|schreef|napisał\(a\)|napisał|skrev|написал|пишет|写道|寫道|כתב)`)
	saidLead = regexp.MustCompile(`(?i)^(le|on|am|el|il|em|op|w dniu|den|dne|a|en date du|\d{1,4}[-/. ]|[<"]?[\pL.' -]{2,60}[>"]? ?(<|a écrit|wrote))`)
	saidDate = regexp.MustCompile(`\d{1,4}\D{1,12}\d{1,4}|\d{1,2}[:h]\d{2}|@`)
)

// isForward tells the subject of a forward, when it is not itself an answer.
func isForward(subject string) bool { return forwardSubject.MatchString(subject) }

// isForwardLine tells the line above a forwarded message.
func isForwardLine(line string) bool { return forwardLine.MatchString(plainLine(line)) }

// isSeparator tells the line above a quoted message, or the marker of another
// helpdesk.
func isSeparator(line string) bool {
	line = plainLine(line)
	return separatorLine.MatchString(line) || aboveLine.MatchString(line)
}

// isDeviceSignature tells the line that a telephone or a webmail adds by itself.
func isDeviceSignature(line string) bool {
	line = plainLine(line)
	if before, _, found := strings.Cut(line, "<http"); found {
		line = strings.TrimSpace(before)
	}
	return line != "" && deviceLine.MatchString(line)
}

// isRule tells a long horizontal line.
func isRule(line string) bool {
	line = plainLine(line)
	return len(line) >= 10 && (strings.Trim(line, "_") == "" || strings.Trim(line, "-") == "")
}

// isHeaderBlock tells whether the headers of a quoted message start at line i:
// a sender and, within six lines, two more headers.
func isHeaderBlock(lines []string, i int) bool {
	if i >= len(lines) || !blockStart.MatchString(plainLine(lines[i])) {
		return false
	}
	found := 0
	for _, line := range lines[i+1 : min(i+7, len(lines))] {
		if blockMore.MatchString(plainLine(line)) {
			found++
		}
	}
	return found >= 2
}

// attribution tells how many lines, from i on, introduce a quotation: "Le lundi
// 4 mars 2024 à 10:15, A. Martin <a@b> a écrit :", broken over up to four lines.
// 0 when they do not.
func attribution(lines []string, i int) int {
	start := plainLine(lines[i])
	if start == "" || !saidLead.MatchString(start) {
		return 0
	}
	joined := ""
	for n := range min(4, len(lines)-i) {
		line := plainLine(lines[i+n])
		if line == "" {
			return 0
		}
		joined += " " + line
		if strings.HasSuffix(line, ":") || strings.HasSuffix(line, "：") {
			if len(joined) < 400 && saidVerb.MatchString(joined) && saidDate.MatchString(joined) {
				return n + 1
			}
			return 0
		}
	}
	return 0
}
