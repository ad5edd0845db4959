package mailin

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"log/slog"
	"math/big"
	"os"
	"sync"
	"time"
)

// certificate is the one of two files, read again when they change: whoever renews
// certificates need not know of us.
type certificate struct {
	cert, key string

	mu   sync.Mutex
	read *tls.Certificate // never written to: connections hold it
	at   [2]time.Time     // of the files that were read
}

// get gives the certificate for a connection. Where the new files cannot be read
// the old ones hold.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := [2]time.Time{changed(c.cert), changed(c.key)}
	if at != c.at {
		read, err := tls.LoadX509KeyPair(c.cert, c.key)
		if err != nil && c.read == nil {
			return nil, err
		}
		if err != nil {
			slog.Warn("AMIGO_SMTP_TLS_CERT cannot be read again, the one before holds", "error", err)
			return c.read, nil
		}
		c.read, c.at = &read, at
	}
	return c.read, nil
}

// changed is when a file was last written; never, when it is not there.
func changed(path string) time.Time {
	is, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return is.ModTime()
}

// tlsConfig is how the listener speaks TLS. Without a certificate it makes one
// that proves nothing and keeps those who only listen out, which is what mail
// servers among themselves ask for (RFC 7435).
func (in *Intake) tlsConfig(ctx context.Context, name string) (*tls.Config, error) {
	if in.conf.SMTPCert != "" {
		c := &certificate{cert: in.conf.SMTPCert, key: in.conf.SMTPKey}
		_, err := c.get(nil)
		return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get}, err
	}
	own, err := selfSigned(name, in.db.Now(ctx))
	return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{own}}, err
}

// selfSigned makes a certificate for a name, good for ten years or until the
// process ends.
func selfSigned(name string, at time.Time) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return tls.Certificate{}, err
	}
	about := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: at.Add(-24 * time.Hour), NotAfter: at.AddDate(10, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
