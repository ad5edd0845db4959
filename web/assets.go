package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
)

// dist is what `make assets` builds for the browser.
//
//go:embed all:dist
var dist embed.FS

// assets are the built files, ready to be served under addresses that change
// with their bytes, so that browsers may keep them for ever.
type assets struct {
	files map[string]asset // by plain name
}

type asset struct {
	hash, kind    string
	plain, packed []byte // packed is nil where compressing gains nothing
}

// loadAssets reads, hashes and compresses every file once.
func loadAssets(files fs.FS) (*assets, error) {
	a := &assets{files: map[string]asset{}}
	err := fs.WalkDir(files, "dist", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || path.Ext(name) == "" || path.Base(name)[0] == '.' {
			return err
		}
		plain, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(plain)
		packed, err := pack(plain)
		if err != nil {
			return err
		}
		a.files[path.Base(name)] = asset{
			hash: hex.EncodeToString(sum[:6]), kind: mime.TypeByExtension(path.Ext(name)), plain: plain, packed: packed,
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("web: built files: %w", err)
	}
	return a, nil
}

func pack(plain []byte) ([]byte, error) {
	var buffer bytes.Buffer
	w, err := gzip.NewWriterLevel(&buffer, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil || buffer.Len() >= len(plain) {
		return nil, err
	}
	return buffer.Bytes(), nil
}

// address is where a built file is served. One that was not built has an
// address, too, at which there is nothing.
func (a *assets) address(name string) string {
	hash := a.files[name].hash
	if hash == "" {
		hash = "0"
	}
	return "/assets/" + hash + "/" + name
}

// asset serves a built file. An address of an older build gets today's bytes,
// and is told not to keep them.
func (s *Server) asset(c echo.Context) error {
	f, ok := s.assets.files[c.Param("name")]
	if !ok {
		return fault.NotFound
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "no-cache")
	if c.Param("hash") == f.hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set(echo.HeaderVary, echo.HeaderAcceptEncoding) // the same for everyone: no cookie, no language
	h.Set(echo.HeaderContentType, f.kind)
	content := f.plain
	if f.packed != nil && acceptsGzip(c.Request()) {
		content = f.packed
		h.Set(echo.HeaderContentEncoding, "gzip")
	}
	h.Set(echo.HeaderContentLength, strconv.Itoa(len(content)))
	c.Response().WriteHeader(http.StatusOK)
	_, err := c.Response().Write(content)
	return err
}
