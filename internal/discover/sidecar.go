// Package discover finds the Dapr sidecars that run on this machine: daprd
// processes, with the app ID and the address that their command lines say.
//
// It sees what the system lets this user see. The command lines of other users
// are readable on most systems, their environments are not. A daprd in a
// container is seen from its host, although its loopback is another one there:
// whether it can be reached is found out by connecting, here nothing is left out
// for it.
package discover

import (
	"cmp"
	"slices"
	"time"
)

// Sidecar is a daprd that runs. Its texts are clean (workflow.Clean); one whose
// address would not survive the cleaning is not listed.
type Sidecar struct {
	PID     int32
	Started time.Time
	AppID   string
	// Address is where it serves gRPC, as a user would type it: 127.0.0.1:50001
	// or unix:///path.
	Address string
	// GRPCPort and HTTPPort are 0 when it serves on Unix domain sockets.
	GRPCPort, HTTPPort int
	// Resources are the folders of its components, to be shown.
	Resources []string
	// NeedsToken says that it answers only to those who send its API token. It is
	// false, too, where its environment cannot be read.
	NeedsToken bool
	// Orphan says that the process that started it has ended, such as dapr run: the
	// system's first process is its parent now. Some are started that way.
	Orphan bool
}

// equal reports whether nothing has changed.
func (s Sidecar) equal(other Sidecar) bool {
	return s.PID == other.PID && s.Started.Equal(other.Started) && s.AppID == other.AppID && s.Address == other.Address &&
		s.GRPCPort == other.GRPCPort && s.HTTPPort == other.HTTPPort && s.NeedsToken == other.NeedsToken && s.Orphan == other.Orphan &&
		slices.Equal(s.Resources, other.Resources)
}

// inOrder is by app ID and then by PID.
func inOrder(a, b Sidecar) int {
	return cmp.Or(cmp.Compare(a.AppID, b.AppID), cmp.Compare(a.PID, b.PID))
}
