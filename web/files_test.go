package web_test

import (
	"net/http"
	"strings"
	"testing"

	"amigo/tickets"
	"amigo/web"
)

func TestAFileIsAlwaysADownload(t *testing.T) {
	w := newTown(t)
	form := w.visit("bob").get("/tickets/new")
	for name, content := range map[string]string{
		"page.html": "<!DOCTYPE html><script>alert(1)</script>", "image.svg": `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`,
		"photo.png": "\x89PNG\r\n\x1a\n0000", "feuille.xml": `<?xml version="1.0"?><?xml-stylesheet href="x"?><a/>`, "notes.txt": "Bonjour",
	} {
		done := form.submit("form#ask", map[string]string{"subject": name, "body": "x"}, attached{"files", name, content}).want(http.StatusOK)
		link := done.Find(".file").AttrOr("href", "")
		p := done.b.get(link).want(http.StatusOK)
		kind := p.header.Get("Content-Type")
		if p.raw != content || strings.Contains(kind, "html") || strings.Contains(kind, "xml") || strings.Contains(kind, "svg") {
			t.Errorf("%s is %s, %q", name, kind, p.raw)
		}
		for header, want := range map[string]string{
			"Content-Disposition": `attachment; filename="` + name + `"; filename*=UTF-8''` + name, "X-Content-Type-Options": "nosniff",
			"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-store",
		} {
			if got := p.header.Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", name, header, got, want)
			}
		}
		w.visit("ann").get(link).want(http.StatusNotFound)
		w.visit("tess").get(link).want(http.StatusOK)
	}
}

func TestNamesOfFilesAreSpeltForEveryBrowser(t *testing.T) {
	for name, want := range map[string]string{
		"relevé d'été.pdf": `attachment; filename="relev_ d'_t_.pdf"; filename*=UTF-8''relev%C3%A9%20d%27%C3%A9t%C3%A9.pdf`,
		`a"b\c%d.txt`:      `attachment; filename="a_b_c_d.txt"; filename*=UTF-8''a%22b%5Cc%25d.txt`,
		"x\r\nSet-Cookie:": `attachment; filename="x__Set-Cookie:"; filename*=UTF-8''x%0D%0ASet-Cookie%3A`,
	} {
		if got := web.Disposition(name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
	for kind, want := range map[string]string{
		"image/png": "image/png", "text/plain; charset=utf-8": "text/plain", "text/html; charset=utf-8": "application/octet-stream",
		"image/svg+xml": "application/octet-stream", "": "application/octet-stream", "text/javascript": "application/octet-stream",
	} {
		if got := web.SafeType(kind); got != want {
			t.Errorf("%q: %s, want %s", kind, got, want)
		}
	}
}

func TestAFileThatIsTooLargeCostsNothingElse(t *testing.T) {
	w := newTown(t)
	form := w.visit("bob").get("/tickets/new")
	form.submit("form#ask", map[string]string{"subject": "Gros", "body": "Mon texte"},
		attached{"files", "petit.txt", "ici"}, attached{"files", "film.avi", strings.Repeat("x", tickets.MaxFile+1)}, attached{"files", "vide.txt", ""},
	).want(http.StatusUnprocessableEntity,
		inside("#f-files-error", says("film.avi : La pièce jointe dépasse 25 Mo")), inside("form#ask .files", says("petit.txt"), silent("film.avi")),
		inside("textarea[name=body]", says("Mon texte")))
	var many []any
	for range tickets.MaxFiles + 1 {
		many = append(many, attached{"files", "un.txt", "1"})
	}
	form.submit("form#ask", map[string]string{"subject": "Beaucoup", "body": "Mon texte"}, many...).want(http.StatusUnprocessableEntity,
		inside("#f-files-error", says("20 au plus")), inside("textarea[name=body]", says("Mon texte")))
}

func TestOneCannotClaimSomebodyElsesFile(t *testing.T) {
	w := newTown(t)
	secret := w.visit("ann").get("/tickets/new").submit("form#ask", map[string]string{"subject": ""}, attached{"files", "secret.txt", "ann's"})
	id := secret.Find("input[name=attachment]").AttrOr("value", "")
	form := w.visit("bob").get("/tickets/new")
	form.submit("form#ask", map[string]string{"subject": "S", "body": "B", "attachment": id}).want(http.StatusUnprocessableEntity, inside("#f-files-error", says("n'est plus disponible")), silent("secret.txt"))
	form.submit("form#ask", map[string]string{"subject": "S", "body": "B", "attachment": "-1"}).want(http.StatusUnprocessableEntity)
	w.visit("tess").get("/attachments/" + id).want(http.StatusNotFound) // not sent yet: nobody else's business
}

func TestATextThatIsTooLongForAnyFormIsRefused(t *testing.T) {
	w := newTown(t)
	bob := w.visit("bob")
	form := bob.get("/tickets/new")
	form.submit("form#ask", map[string]string{"subject": "S", "body": strings.Repeat("é", tickets.MaxBody+1)}).want(http.StatusUnprocessableEntity, inside("#f-body-error", says("trop long")))
	form.submit("form#ask", map[string]string{"subject": "S", "body": strings.Repeat("x", 3<<20)}).want(http.StatusRequestEntityTooLarge)
	csrf := form.Find("input[name=csrf]").First().AttrOr("value", "")
	bob.post("/tickets/new", map[string][]string{"csrf": {csrf}, "body": {strings.Repeat("x", 310<<10)}}).want(http.StatusUnprocessableEntity)
	r := must(http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+"/tickets/new", strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"subject\"\r\n\r\nhalf")))(t)
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	bob.do(r).want(http.StatusUnprocessableEntity, says("incomplet"))
}
