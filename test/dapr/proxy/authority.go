package proxy

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Authority is a small CA with its files in one folder.
type Authority struct {
	dir  string
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
	last int64
}

// NewAuthority makes a CA. Its certificate is in the file ca.pem of the folder.
func NewAuthority(dir string) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "small CA"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, root, root, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("certificate of the CA: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("certificate of the CA: %w", err)
	}
	a := &Authority{dir: dir, key: key, cert: cert, last: 1}
	return a, write(a.File(), "CERTIFICATE", der)
}

// File is the file with the CA's certificate.
func (a *Authority) File() string { return filepath.Join(a.dir, "ca.pem") }

// Pool holds the CA's certificate.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// Issue makes a certificate for names and addresses, as a pair and as two files,
// NAME.pem and NAME.key, of the folder. Without names it is one for a client.
func (a *Authority) Issue(file string, names ...string) (pair tls.Certificate, certFile, keyFile string, err error) {
	a.last++
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(a.last), Subject: pkix.Name{CommonName: file},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			leaf.IPAddresses = append(leaf.IPAddresses, ip)
		} else {
			leaf.DNSNames = append(leaf.DNSNames, n)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return pair, "", "", fmt.Errorf("key: %w", err)
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, a.cert, key.Public(), a.key)
	if err != nil {
		return pair, "", "", fmt.Errorf("certificate: %w", err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return pair, "", "", fmt.Errorf("key: %w", err)
	}
	certFile, keyFile = filepath.Join(a.dir, file+".pem"), filepath.Join(a.dir, file+".key")
	if err := write(certFile, "CERTIFICATE", der); err != nil {
		return pair, "", "", err
	}
	if err := write(keyFile, "PRIVATE KEY", keyDER); err != nil {
		return pair, "", "", err
	}
	if pair, err = tls.LoadX509KeyPair(certFile, keyFile); err != nil {
		return pair, "", "", fmt.Errorf("pair: %w", err)
	}
	return pair, certFile, keyFile, nil
}

func write(path, kind string, der []byte) error {
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		return fmt.Errorf("write a certificate: %w", err)
	}
	return nil
}
