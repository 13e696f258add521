// Package workflow holds the values and the rules of the domain: instances,
// their status, their history, what a sidecar says of itself and which errors
// an operation can meet. It uses the standard library only; nothing here does
// I/O or reads the clock.
package workflow

// Status is the runtime status of a workflow instance. The values are those of
// the Dapr workflow API (durabletask-go workflow/state.go).
type Status uint8

// The nine statuses that a runtime reports, and Unknown for a value that this
// program has never heard of.
const (
	Unknown Status = iota
	Running
	Suspended
	Pending
	Stalled
	Failed
	Completed
	Terminated
	Canceled
	ContinuedAsNew
)

var statusNames = [...]string{
	Unknown:        "UNKNOWN",
	Running:        "RUNNING",
	Suspended:      "SUSPENDED",
	Pending:        "PENDING",
	Stalled:        "STALLED",
	Failed:         "FAILED",
	Completed:      "COMPLETED",
	Terminated:     "TERMINATED",
	Canceled:       "CANCELED",
	ContinuedAsNew: "CONTINUED_AS_NEW",
}

// Statuses lists the nine statuses in the order in which the console shows
// them: what may need a hand first, what has ended last. The position of a
// status here, counted from one, is also the digit key that toggles it.
func Statuses() []Status {
	return []Status{Running, Suspended, Pending, Stalled, Failed, Completed, Terminated, Canceled, ContinuedAsNew}
}

// NumStatuses is the number of Status values, Unknown included: the length of
// an array that is indexed by Status.
const NumStatuses = int(ContinuedAsNew) + 1

// String returns the word that the Dapr API uses, such as RUNNING.
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return statusNames[Unknown]
}

// Terminal reports whether an instance of this status has ended for good.
// CONTINUED_AS_NEW has not: its next generation replaces it
// (durabletask-go api/orchestration.go, WorkflowMetadataIsComplete).
func (s Status) Terminal() bool {
	switch s {
	case Completed, Failed, Terminated, Canceled:
		return true
	case Unknown, Running, Suspended, Pending, Stalled, ContinuedAsNew:
		return false
	}
	return false
}
