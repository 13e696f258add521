package ui

import (
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// HeaderInfo is what the header shows.
type HeaderInfo struct {
	AppID, Address, Version string
	Workers                 int
	WorkersKnown            bool
	Counts                  [workflow.NumStatuses]int
	// Active is the filter by status.
	Active   workflow.StatusSet
	Filter   string
	Interval time.Duration
	Age      time.Duration
	AgeKnown bool

	Refreshing, Frozen, ReadOnly, Stale bool

	StaleErr      string
	RetryIn       time.Duration
	Loaded, Total int
	Loading       bool
	TimeMode      string
	Phase         string
}

// Header returns the two lines of the header.
func Header(t *Theme, info HeaderInfo, w int) []string {
	return box([]string{info.AppID}, w, 2)
}
