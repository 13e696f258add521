package load

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// sayEvery is the least time between two lines of a Progress.
const sayEvery = 2 * time.Second

// Progress tells how far a Fill is, a line now and then. It is safe for
// concurrent use.
type Progress struct {
	out   io.Writer
	of    int
	began time.Time

	mu   sync.Mutex
	said time.Time
	made int
}

// NewProgress tells out about a Fill of so many instances, which begins now.
func NewProgress(out io.Writer, of int) *Progress {
	now := time.Now()
	return &Progress{out: out, of: of, began: now, said: now}
}

// Made is an Options.Progress.
func (p *Progress) Made(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.made = max(p.made, n)
	if now := time.Now(); now.Sub(p.said) >= sayEvery {
		p.said = now
		p.say()
	}
}

// End says how far it came.
func (p *Progress) End() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.say()
}

func (p *Progress) say() {
	took := time.Since(p.began)
	_, _ = fmt.Fprintf(p.out, "%d of %d instances, %.0f a second\n", p.made, p.of, float64(p.made)/max(took.Seconds(), 0.001))
}
