package input

import (
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// pieces hands out a text in pieces of given sizes.
type pieces struct {
	text  string
	sizes func() int
}

func (p *pieces) Read(b []byte) (int, error) {
	if p.text == "" {
		return 0, io.EOF
	}
	n := copy(b, p.text[:min(len(p.text), max(1, p.sizes()))])
	p.text = p.text[n:]
	return n, nil
}

// readAll returns what each read brought.
func readAll(t *testing.T, text string, size int, sizes func() int) []string {
	t.Helper()
	r := Reader{in: &pieces{text, sizes}}
	var all []string
	buf := make([]byte, size)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			all = append(all, string(buf[:n]))
		}
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestNothingIsCut: whatever the pieces that come in, no character and no end
// of a paste is split between two reads, and nothing is lost.
func TestNothingIsCut(t *testing.T) {
	seed := rand.Uint64()
	rng := rand.New(rand.NewPCG(seed, 1))
	text := "jk" + pasteStart + strings.Repeat("0123 订单🎁 é \x1b[31m\x1b[2\x1b", 40) + pasteEnd + "q" + pasteStart + "ü" + pasteEnd + "🎁"
	for range 2000 {
		most := 1 + rng.IntN(40)
		got := readAll(t, text, 64+rng.IntN(60), func() int { return 1 + rng.IntN(most) })
		if strings.Join(got, "") != text {
			t.Fatalf("seed %d: the text is not what was sent", seed)
		}
		at := 0
		for _, piece := range got {
			if !utf8.ValidString(piece) {
				t.Fatalf("seed %d: a read brought %q", seed, piece)
			}
			at += len(piece)
			for _, end := range []int{strings.Index(text, pasteEnd), strings.LastIndex(text, pasteEnd)} {
				// A paste that begins in pieces itself is not followed.
				if at > end && at < end+len(pasteEnd) && strings.Contains(strings.Join(got, "\x00"), pasteStart) && wholeStarts(got) {
					t.Fatalf("seed %d: a read ends within the end of a paste: %q", seed, piece)
				}
			}
		}
	}
}

func wholeStarts(got []string) bool {
	n := 0
	for _, piece := range got {
		n += strings.Count(piece, pasteStart)
	}
	return n == 2
}

// TestAKeyIsNotWaitedFor: outside of a paste an escape may be all there is.
func TestAKeyIsNotWaitedFor(t *testing.T) {
	for _, key := range []string{"\x1b", "\x1b[", "j", "\x1b[20"} {
		sent := false
		r := Reader{in: readerFunc(func(b []byte) (int, error) {
			if sent {
				t.Fatalf("%q: it waits for more", key)
			}
			sent = true
			return copy(b, key), nil
		})}
		buf := make([]byte, 64)
		if n, err := r.Read(buf); err != nil || string(buf[:n]) != key {
			t.Errorf("%q: %q, %v", key, buf[:n], err)
		}
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// TestBrokenText: what is no UTF-8 at all is passed on as it is.
func TestBrokenText(t *testing.T) {
	text := "\xff\xfe\x80\x80\x80\x80a\xf0\x9f"
	if got := strings.Join(readAll(t, text, 64, func() int { return 3 }), ""); got != text {
		t.Errorf("%q", got)
	}
}
