package mailin_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"amigo/mailin"
)

// attacks are documents that would like to do something in a browser, each with
// what must be left of it to read.
var attacks = map[string]struct{ document, left string }{
	"a script":                  {`<p>Lisez</p><script>alert(1)</script>`, "Lisez"},
	"a script in pieces":        {`<scr<script>ipt>alert(1)</scr</script>ipt><p>Lisez</p>`, "Lisez"},
	"handlers":                  {`<p onclick=alert(1) onmouseover="alert(1)">Lisez</p><body onload=alert(1)>`, "Lisez"},
	"a handler without a blank": {`<img/src=x/onerror=alert(1)><p>Lisez</p>`, "Lisez"},
	"svg":                       {`<svg onload=alert(1)><script>alert(1)</script><animate onbegin=alert(1)></svg><p>Lisez</p>`, "Lisez"},
	"svg as an image":           {`<img src="data:image/svg+xml,<svg onload=alert(1)>"><p>Lisez</p>`, "Lisez"},
	"math":                      {`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;"></mglyph></table></mtext></math><p>Lisez</p>`, "Lisez"},
	"noscript":                  {`<noscript><p title="</noscript><img src=x onerror=alert(1)>">x</p></noscript><p>Lisez</p>`, "Lisez"},
	"style as a way out":        {`<style><img src="</style><img src=x onerror=alert(1)//"></style><p>Lisez</p>`, "Lisez"},
	"a title as a way out":      {`<title><a title="</title><script>alert(1)</script>"></a></title><p>Lisez</p>`, "Lisez"},
	"a comment as a way out":    {`<!--><script>alert(1)</script--><!--!><img src=x onerror=alert(1)>--></script><p>Lisez</p>`, "Lisez"},
	"a template":                {`<template><script>alert(1)</script></template><p>Lisez</p>`, "Lisez"},
	"textarea and xmp":          {`<textarea><p title="</textarea><script>alert(1)</script>"></textarea><xmp><p title="</xmp><script>alert(1)</script>"></xmp><p>Lisez</p>`, "Lisez"},
	"plaintext":                 {`<p>Lisez</p><plaintext><script>alert(1)</script>`, "Lisez"},
	"javascript":                {`<a href="javascript:alert(1)">Lisez</a><a href=" &#14; java&#10;script:alert(1)">x</a>`, "Lisez"},
	"vbscript":                  {`<a href="vbscript:msgbox(1)">Lisez</a>`, "Lisez"},
	"a document in an address":  {`<a href="data:text/html;base64,PHNjcmlwdD4=">Lisez</a><iframe src="data:text/html,<script>alert(1)</script>"></iframe>`, "Lisez"},
	"frames":                    {`<iframe srcdoc="<script>alert(1)</script>"></iframe><frameset><frame src="javascript:alert(1)"></frameset><p>Lisez</p>`, "Lisez"},
	"objects":                   {`<object data="x.swf"><embed src="x.swf"></object><applet code=x></applet><p>Lisez</p>`, "Lisez"},
	"a form":                    {`<form action="https://mal.test/x"><input name=motdepasse type=password><button formaction="javascript:alert(1)">x</button></form><p>Lisez</p>`, "Lisez"},
	"a refresh":                 {`<meta http-equiv="refresh" content="0;url=https://mal.test/"><p>Lisez</p>`, "Lisez"},
	"a base":                    {`<base href="https://mal.test/"><a href="x">Lisez</a>`, "Lisez"},
	"a link to a sheet":         {`<link rel=stylesheet href="https://mal.test/x.css"><style>@import "https://mal.test/x.css"; body{background:url(https://mal.test/p)}</style><p>Lisez</p>`, "Lisez"},
	"addresses in styles":       {`<p style="background:url(https://mal.test/p)">Lisez</p><p style="background-image:u\72l(//mal.test/p);color:red">x</p>`, "Lisez"},
	"expressions":               {`<p style="width:expression(alert(1));-moz-binding:url(x);behavior:url(x)">Lisez</p>`, "Lisez"},
	"an overlay":                {`<div style="position:fixed;top:0;left:0;width:100%;height:100%;z-index:9999;opacity:0"><a href="https://mal.test/">Lisez</a></div>`, "Lisez"},
	"a huge table":              {`<table width=999999999 height=999999999 background="https://mal.test/p"><td colspan=999999999>Lisez</td></table>`, "Lisez"},
	"audio, video, sources":     {`<video poster="https://mal.test/p" src=x onerror=alert(1)><source src="https://mal.test/v"></video><audio src="https://mal.test/a" autoplay></audio><picture><source srcset="https://mal.test/p"><img srcset="https://mal.test/p" src="cid:a" onerror=alert(1)></picture><p>Lisez</p>`, "Lisez"},
	"a tracker":                 {`<img src="https://mal.test/p.gif?qui=claire" width=1 height=1><img src=//mal.test/p><img src="/attachments/1"><p>Lisez</p>`, "Lisez"},
	"an image said to be ours":  {`<img data-src="https://mal.test/p" src="cid:x&quot; onerror=&quot;alert(1)"><p>Lisez</p>`, "Lisez"},
	"attributes of htmx":        {`<div hx-get="/tickets" hx-trigger="load" hx-on:click="alert(1)" data-hx-post="/x">Lisez</div>`, "Lisez"},
	"a page of ours, imitated":  {`<dialog open>x</dialog><details ontoggle=alert(1) open><summary>Lisez</summary></details><marquee onstart=alert(1)>x</marquee>`, "Lisez"},
	"bytes and entities":        {"<img src=x\x00 onerror\x00=alert(1)><a href=\"&#x6A;avascript&colon;alert(1)\">Lisez</a>", "Lisez"},
	"utf-7":                     {`<p>+ADw-script+AD4-alert(1)+ADw-/script+AD4-</p><p>Lisez</p>`, "Lisez"},
	"processing instructions":   {`<?xml-stylesheet href="javascript:alert(1)"?><?php x ?><p>Lisez</p>`, "Lisez"},
	"conditional comments":      {`<!--[if gte IE 4]><script>alert(1)</script><![endif]--><![if !vml]><p>Lisez</p><![endif]>`, "Lisez"},
}

// forbidden stands nowhere in what is shown, outside of text.
var forbidden = []string{
	"<script", "<style", "<svg", "<math", "<iframe", "<frame", "<object", "<embed", "<applet", "<form", "<input", "<button", "<textarea",
	"<meta", "<base", "<link", "<noscript", "<template", "<video", "<audio", "<source", "<picture", "<details", "<dialog", "<marquee", "<!", "<?",
	"javascript:", "vbscript:", "data:", "url(", "expression(", "position:", "z-index", "opacity", "srcset", "srcdoc", "hx-", "@import",
	`src="http`, `src="//`, `src="/a`, "mal.test/p", "mal.test/x.css", "999999999",
}

// tags are the tags of a document, without its text.
func tags(document string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(document, "<") {
		tag, _, found := strings.Cut(part, ">")
		if found {
			b.WriteString("<" + tag + ">\n")
		}
	}
	return strings.ToLower(b.String())
}

func TestNothingInALetterRuns(t *testing.T) {
	for name, attack := range attacks {
		l, err := mailin.Parse([]byte("From: a@mal.test\nSubject: x\nContent-Type: text/html; charset=utf-8\n\n" + attack.document))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		shown := mailin.Show(l.HTML, mailin.Viewer{Inline: func(string) string { return "" }})
		found := tags(shown)
		for _, bad := range forbidden {
			if strings.Contains(found, bad) {
				t.Errorf("%s: %q is left in %s", name, bad, shown)
			}
		}
		for word := range strings.FieldsSeq(found) {
			if key, _, is := strings.Cut(word, "="); is && strings.HasPrefix(key, "on") {
				t.Errorf("%s: the handler %s is left in %s", name, key, shown)
			}
		}
		if !strings.Contains(shown, attack.left) {
			t.Errorf("%s: nothing is left to read: %q", name, shown)
		}
	}
}

// TestTheWorstOfThemAreWrittenDown keeps the attacks in one letter, where
// AMIGO_TEST_ATTACKS names a file, to be opened in a browser.
func TestTheWorstOfThemInOneLetter(t *testing.T) {
	var all strings.Builder
	all.WriteString("From: a@mal.test\r\nTo: assistance@academie.test\r\nSubject: Attaques\r\nMessage-ID: <attaques@mal.test>\r\nContent-Type: text/html; charset=utf-8\r\n\r\n")
	for _, attack := range attacks {
		if !strings.Contains(attack.document, "plaintext") {
			all.WriteString(attack.document + "\r\n")
		}
	}
	if path := os.Getenv("AMIGO_TEST_ATTACKS"); path != "" {
		if err := os.WriteFile(filepath.Clean(path), []byte(all.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l, err := mailin.Parse([]byte(all.String()))
	if err != nil || strings.Contains(strings.ToLower(l.HTML), "<script") {
		t.Errorf("%v: %s", err, l.HTML)
	}
}

func TestImagesAreShownWhereTheyAreFound(t *testing.T) {
	clean := `<img src="cid:a@x" alt="Écran" width="20"><img src="cid:gone"><img data-src="https://x.test/p.png" alt="Logo"><p>Bonjour</p>`
	inline := func(id string) string {
		if id == "a@x" {
			return "https://amigo.test/i/1"
		}
		return ""
	}
	want := `<img src="https://amigo.test/i/1" alt="Écran" width="20"><span class="absent">image</span><span class="absent">Logo</span><p>Bonjour</p>`
	if got := mailin.Show(clean, mailin.Viewer{Inline: inline, Absent: "image"}); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	far := func(address string) string { return "https://amigo.test/r/" + address[len("https://"):] }
	if got := mailin.Show(clean, mailin.Viewer{Inline: inline, Absent: "image", Remote: far}); !strings.Contains(got, `<img src="https://amigo.test/r/x.test/p.png" alt="Logo">`) {
		t.Errorf("asked for, and not shown: %s", got)
	}
	many := strings.Repeat(`<img data-src="https://x.test/p">`, 100)
	if got := strings.Count(mailin.Show(many, mailin.Viewer{Remote: far}), "<img "); got != 40 {
		t.Errorf("%d images from elsewhere at once", got)
	}
}

func TestALinkSaysWhereItLeads(t *testing.T) {
	for link, warned := range map[string]bool{
		`<a href="https://mal.test/x">https://pronote.academie.test</a>`:                   true,
		`<a href="https://mal.test/x">www.academie.test/mdp</a>`:                           true,
		`<a href="https://academie.test.mal.test/x">academie.test</a>`:                     true,
		`<a href="https://mal.test/x"><b>Cliquez sur academie.test</b></a>`:                true,
		`<a href="https://mal.test/?u=academie.test">HTTPS://ACADEMIE.TEST</a>`:            true,
		`<a href="https://mal.test@autre.test/">mal.test</a>`:                              true,
		`<a href="mailto:voleur@mal.test">assistance@academie.test</a>`:                    true,
		`<a href="https://academie.test/x">https://academie.test/autre</a>`:                false,
		`<a href="https://aide.academie.test/x">academie.test</a>`:                         false,
		`<a href="https://www.academie.test/x">academie.test</a>`:                          false,
		`<a href="https://fichiers.test/x">releve.pdf</a>`:                                 false,
		`<a href="https://fichiers.test/x">Cliquez ici.</a>`:                               false,
		`<a href="mailto:assistance@academie.test?subject=x">assistance@academie.test</a>`: false,
		`<a href="https://academie.test/x">Réunion du 12.11 à 14.30</a>`:                   false,
	} {
		l, err := mailin.Parse([]byte("From: a@b.test\nContent-Type: text/html; charset=utf-8\n\n" + link))
		if err != nil {
			t.Fatal(err)
		}
		shown := mailin.Show(l.HTML, mailin.Viewer{Leads: "mène à"})
		if strings.Contains(shown, "[mène à ") != warned {
			t.Errorf("%s: %s", link, shown)
		}
		if strings.Contains(shown, "https") && (!strings.Contains(shown, "noopener") || !strings.Contains(shown, "noreferrer") || !strings.Contains(shown, `target="_blank"`)) {
			t.Errorf("the other page learns where it was opened: %s", shown)
		}
	}
}
