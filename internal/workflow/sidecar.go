package workflow

import (
	"reflect"
	"time"
)

// Sidecar is what a sidecar says of itself. Every text is cleaned.
type Sidecar struct {
	// Address is where it was reached, as the user would type it.
	Address string
	AppID   string
	// Version is the runtime's, empty when it gives none.
	Version string
	// Workers counts the workers connected to this sidecar. Another replica
	// may have more. WorkersKnown is false for a runtime that does not say,
	// as before 1.16.
	Workers      int
	WorkersKnown bool
	// StateStore is the name and the type of the actor state store, and
	// CanList whether it can list keys; both empty when metadata has none, or
	// more than one that it could be. StoreName and StoreType are its parts.
	StateStore string
	StoreName  string
	StoreType  string
	CanList    bool
	// Stores are all state stores, in the sidecar's order.
	Stores []StateStore
	// Appends says that the store lists instances in the order in which they
	// were made, with page tokens that stay valid: what is new is on the last
	// page.
	Appends bool
	// HealthCheck says that the sidecar checks the health of its app, at
	// HealthPath over HTTP. Whether the app passes no sidecar says.
	HealthCheck bool
	HealthPath  string
	// ActorStatus is the state of the actor runtime, ActorsUnknown for a
	// runtime that does not say. ActorsReady is false while placement is not
	// connected or the host is not set up; Placement is the runtime's own word for
	// the first of them.
	ActorStatus ActorStatus
	ActorsReady bool
	Placement   string
	// Schedulers are the addresses of the scheduler services that the sidecar
	// has met. One that has gone since stays among them.
	Schedulers []string
	// Features are the preview features that are enabled.
	Features []string
	// Door is how the connection was made.
	Door Door
	// Took is how long the sidecar needed to say all this.
	Took time.Duration
}

// Door is what a connection shows of us, which the client knows and not the
// sidecar.
type Door struct {
	// PlainToken says that the API token goes over the connection unencrypted,
	// and that the other end is another machine.
	PlainToken bool
	// TokenFile is the file with the token, cleaned, when others than its owner
	// can read it; TokenMode are its permissions, as in "-rw-r--r--".
	TokenFile, TokenMode string
}

// StateStore is one of a sidecar's state stores.
type StateStore struct {
	Name, Type string
	// Actors says that it could hold actors, and so workflows, and List that it
	// can list its keys. Which store is the one for actors nobody says.
	Actors, List bool
}

// String is the name and the type, as in Sidecar.StateStore.
func (s StateStore) String() string { return s.Name + " (" + s.Type + ")" }

// ActorStatus is the state of a sidecar's actor runtime.
type ActorStatus uint8

// The states of an actor runtime.
const (
	ActorsUnknown ActorStatus = iota
	// ActorsStarting: it has not met a placement service yet.
	ActorsStarting
	// ActorsDisabled: the sidecar was started without one.
	ActorsDisabled
	ActorsRunning
)

// String is the state in one plain word.
func (s ActorStatus) String() string {
	switch s {
	case ActorsStarting:
		return "starting"
	case ActorsDisabled:
		return "disabled"
	case ActorsRunning:
		return "running"
	case ActorsUnknown:
	}
	return "unknown"
}

// Same reports whether two answers of a sidecar say the same. How long they
// took is no matter.
func (s Sidecar) Same(other Sidecar) bool {
	s.Took, other.Took = 0, 0
	return reflect.DeepEqual(s, other)
}
