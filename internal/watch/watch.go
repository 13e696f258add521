// Package watch keeps a live copy of a sidecar's workflow instances: it
// connects, lists, reads and refreshes in goroutines of its own, within a
// budget, and hands out immutable snapshots.
package watch

import (
	"context"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Source is what a watch reads. A source has one connection at a time.
type Source interface {
	// Connect drops the connection there is and makes a new one: it dials
	// once, asks the sidecar who it is, and reads the first page of the
	// listing, before any other call is let through.
	// A sidecar that cannot list may still let instances be read by their IDs:
	// see Connection.ByID.
	Connect(ctx context.Context) (Connection, error)
	// List returns one page of instance IDs and the token of the next page,
	// empty on the last one. Where Sidecar.Appends is set, a token can be used
	// again later, for the pages from there on.
	List(ctx context.Context, token string) (ids []string, next string, err error)
	// Get reads one instance, with its custom status and its failure only when
	// payloads is set: they travel with the input and the output. size is what
	// all of these weigh in bytes. The error's kind is workflow.KindNotFound
	// when it does not exist.
	Get(ctx context.Context, id string, payloads bool) (inst workflow.Instance, size int, err error)
	// Sidecar asks the sidecar who it is, again.
	Sidecar(ctx context.Context) (workflow.Sidecar, error)
	// Address is where the sidecar is looked for, as the user would type it.
	Address() string
}

// Connection is what Connect found. Beside an error only Sidecar counts, and
// that when its AppID is set; with ByID, Lost too.
type Connection struct {
	Sidecar workflow.Sidecar
	// ByID says, beside an error, that calls by ID are let through all the same:
	// the sidecar only cannot list.
	ByID bool
	// IDs and Next are the first page of the listing.
	IDs  []string
	Next string
	// Lost is closed when the connection has broken.
	Lost <-chan struct{}
}

// Phase is where a watch is in its life.
type Phase uint8

// A watch connects, loads everything once and then refreshes. It is Down while
// there is no connection, and Refused while the sidecar answers but neither will
// list nor may be read; in both it tries again by itself, unless Snapshot.RetryAt is zero.
const (
	Connecting Phase = iota
	Loading
	Ready
	Down
	Refused
)

// Calls counts calls of the source by kind.
type Calls struct {
	List, Get, Sidecar, Failed int
}

// Snapshot is a copy of everything a watch knows at one moment. Nobody may
// change what it points to.
type Snapshot struct {
	// Seq grows by one with each snapshot.
	Seq     uint64
	Address string
	Phase   Phase
	// Sidecar is the last known; its AppID is empty before the first connect.
	Sidecar workflow.Sidecar
	// AppChange grows by one whenever another app answers at the address than
	// before: what was captured under an earlier number is void.
	AppChange uint64
	// Instances are in the order in which the watch met them. One that has not
	// changed is the same pointer as in the snapshot before.
	Instances []*workflow.Instance
	Counts    [workflow.NumStatuses]int
	// Listed is how many instances the last listing holds, and so, while
	// Loading, what Instances will grow to.
	Listed int
	// Listless says that the sidecar cannot list, which ListErr explains, and
	// that Instances are those of the watch list that exist: see Watch.Watchlist.
	// Watched is how many IDs the list has, and Absent those of them that do not
	// exist there. The phases are the same as with a listing.
	Listless bool
	ListErr  error
	Watched  int
	Absent   []string
	// Partial is how many rows have no custom status and no failure because
	// payloads are so large that they are not read: Instance.Partial.
	Partial int
	// Ahead is how far the sidecar's clock is ahead of ours, at least: a row was
	// updated later than it was read. Zero below workflow.ClockSlack.
	Ahead time.Duration
	// Behind is how many rows that live the last refresh had no time for; the
	// next one begins with them.
	Behind int
	// RefreshedAt is when the last complete refresh ended; zero before.
	RefreshedAt time.Time
	Refreshing  bool
	// Held says that reading was stopped by Hold.
	Held     bool
	Interval time.Duration
	// Took and Calls are those of the last complete refresh. One refresh in some
	// lists every ID; between those a long listing is read from its last page on.
	Took  time.Duration
	Calls Calls
	// Err is why the phase is Down or Refused, or why the last refresh was
	// not complete. RetryAt is when the next try comes.
	Err     error
	ErrAt   time.Time
	RetryAt time.Time
}
