package watch

import (
	"log/slog"
	"time"
)

// Config holds the limits of a watch. A zero field takes its default.
type Config struct {
	// Interval is the time between the end of one refresh and the start of the
	// next: 2 s.
	Interval time.Duration
	// Concurrency is how many instances are read at a time at most: 32. On two
	// cores a runtime gets no faster above that. Fewer are read while answers
	// are slow or fail. Four more are kept for Reread.
	Concurrency int
	// Rate is how many reads of a refresh are started in a second at most: zero
	// for no limit. Fewer are while calls fail.
	Rate float64
	// ReadTimeout bounds each call of the source: 5 s.
	ReadTimeout time.Duration
	// ConnectTimeout bounds a connect, which is three calls: 5 s, or ReadTimeout
	// when that is more.
	ConnectTimeout time.Duration
	// BackoffMin and BackoffMax bound the wait between two tries to connect,
	// which doubles: 250 ms and 700 ms, so that with the time of a connect it is
	// less than a second from the return of a sidecar to the screen.
	BackoffMin time.Duration
	BackoffMax time.Duration
	// SlowBackoff is the longest wait where the sidecar answers but refuses
	// us, because only somebody's hand changes that: 5 s.
	SlowBackoff time.Duration
	// DoorBackoff is the longest wait where a token or a certificate does not
	// do: 30 s. It begins with SlowBackoff and doubles, and ends early when
	// the source is Renewing and says so; that is asked every RenewEvery: 1 s.
	DoorBackoff time.Duration
	RenewEvery  time.Duration
	// MaxRows is how many instances are kept at most: 500,000. A listing that has
	// more is broken off, and the refresh is not complete.
	MaxRows int
	// Whole reads rows however much their payloads weigh, for a list that is
	// printed once; else a row of more than workflow.AskFirst is read without them.
	Whole bool
	// IDs are watched where the sidecar cannot list: see Watch.Watchlist.
	IDs []string
	// BatchEvery is the least time between two snapshots that only carry more
	// rows: 100 ms.
	BatchEvery time.Duration
	// Now is the console's clock: time.Now.
	Now func() time.Time
	// Logger gets one record for each refresh and each change of the
	// connection, and never a payload; nil logs nothing.
	Logger *slog.Logger
}

// withDefaults fills in what is not set.
func (c Config) withDefaults() Config {
	orDuration(&c.Interval, 2*time.Second)
	orDuration(&c.ReadTimeout, 5*time.Second)
	orDuration(&c.ConnectTimeout, max(5*time.Second, c.ReadTimeout))
	orDuration(&c.BackoffMin, 250*time.Millisecond)
	orDuration(&c.BackoffMax, 700*time.Millisecond)
	orDuration(&c.SlowBackoff, 5*time.Second)
	orDuration(&c.DoorBackoff, 30*time.Second)
	orDuration(&c.RenewEvery, time.Second)
	orDuration(&c.BatchEvery, 100*time.Millisecond)
	if c.Concurrency <= 0 {
		c.Concurrency = 32
	}
	if c.MaxRows <= 0 {
		c.MaxRows = 500_000
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

func orDuration(d *time.Duration, def time.Duration) {
	if *d <= 0 {
		*d = def
	}
}
