package model

import (
	"time"

	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// snapshotMsg brings the newest snapshot of the watch.
type snapshotMsg struct{ snap fleet.Snapshot }

// feedEndedMsg says that there will be no more snapshots.
type feedEndedMsg struct{}

// rowsMsg brings the rows that match the filter, sorted. It is dropped unless
// gen is the newest selection that was asked for.
type rowsMsg struct {
	gen  uint64
	rows ui.Rows
	// loading is set while the first load is not complete.
	loading bool
	counts  [workflow.NumStatuses]int
	// asked is how many rows had to be asked for their parent, unknown of how
	// many it is not known; ask are some of those.
	asked, unknown int
	ask            []workflow.Key
	// took is how long it took to select them.
	took time.Duration
	// pending are the instances of the whole list that are PENDING.
	pending []workflow.Key
	// lost are the marked instances that are gone.
	lost []workflow.Key
}

// selectDueMsg says that rows may be selected again.
type selectDueMsg struct{}

// detailDueMsg says that the selection has rested long enough to be read.
type detailDueMsg struct{ gen uint64 }

// detailMsg brings what was read of one instance.
type detailMsg struct {
	gen      uint64
	key      workflow.Key
	prepared *ui.Prepared
	facts    facts
	// judged is what the rules say, waits and records what shown has.
	judged     *noted
	waits      []workflow.Wait
	records    bool
	incomplete bool
	err        error
	at         time.Time
}

// findingsMsg brings what the rules say of the shown instance now.
type findingsMsg struct {
	gen      uint64
	prepared *ui.Prepared
	judged   *noted
}

// clockMsg moves the clock fields on, once a second.
type clockMsg struct{}

// sentMsg says how the call of an action ended.
type sentMsg struct {
	id     uint64
	result sendResult
}

// lookMsg says that it is time to look for an action's effect again.
type lookMsg struct{ id uint64 }

// seenMsg brings what a look for the effect of an action found.
type seenMsg struct {
	id   uint64
	seen sighting
}

// fileMsg brings a payload that was loaded from a file, edited brings it back
// from the editor. Both go to the form that asked, if it is still open.
type fileMsg struct {
	form  uint64
	field string
	// asked is what the field held when the file was asked for.
	asked string
	path  string
	text  string
	err   error
}

type editedMsg struct {
	form  uint64
	field string
	text  string
	err   error
}
