package workflow

import "errors"

// ErrorKind sorts what can go wrong by what an operator can do about it.
type ErrorKind uint8

// The kinds of error. What a sidecar answers in each case was measured on real
// runtimes; the texts are matched in daprclient.
const (
	// KindOther is an answer that no rule knows; the server's text says all.
	KindOther ErrorKind = iota
	// KindNotFound: no such instance.
	KindNotFound
	// KindNotCompleted: the instance has not ended (purge, rerun).
	KindNotCompleted
	// KindActive: an instance with this ID is still active (start, rerun).
	KindActive
	// KindNoWorker: no worker is connected that could run the operation.
	KindNoWorker
	// KindStalled: the instance is stalled and takes no such operation.
	KindStalled
	// KindNoStateStore: the sidecar has no actor state store; any other call
	// would crash some runtimes, so none is made.
	KindNoStateStore
	// KindPoisoned: an instance ID with "||" breaks every listing of the app.
	// Error.ID names it.
	KindPoisoned
	// KindCannotList: the state store cannot list keys.
	KindCannotList
	// KindOldRuntime: the runtime does not know the call (before 1.17), or
	// the port is daprd's internal one, which answers the same.
	KindOldRuntime
	// KindWrongPort: something answers there, but not a sidecar's gRPC API.
	KindWrongPort
	// KindUnauthenticated: the API token is missing or wrong.
	KindUnauthenticated
	// KindUnavailable: nothing answers, or the connection was lost.
	KindUnavailable
	// KindDeadline: the deadline passed. A change may still take effect.
	KindDeadline
	// KindTooLarge: a message over the size limit of the runtime or of us.
	KindTooLarge
	// KindInvalidID: the runtime, or we, refuse this instance ID.
	KindInvalidID
	// KindInvalid: another argument that is wrong.
	KindInvalid
	// KindBusy: the state store is locked; worth another try.
	KindBusy
	// KindReadOnly: this console changes nothing.
	KindReadOnly
	// KindClosed: the gate is shut, because no listing has answered since the
	// connection was made.
	KindClosed
	// KindOtherApp: another app answers at the address now.
	KindOtherApp
	// KindUntrusted: a certificate, theirs or ours, does not do, or a file with
	// one cannot be used.
	KindUntrusted
	// KindTLS: one side speaks TLS and the other does not, or not the same.
	KindTLS
)

// Error is an error in the operator's words. Detail keeps the server's own
// text, cleaned.
type Error struct {
	Kind ErrorKind
	// Message is one plain sentence without a full stop.
	Message string
	Detail  string
	// Remedy is what can be done about it, in sentences; mostly empty, for most
	// messages say it themselves.
	Remedy string
	// ID is the instance ID that the error is about, where it names one.
	ID  string
	Err error
}

// Error returns the plain sentence.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the error of the SDK.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the first Error in err's chain, KindOther when
// there is none.
func KindOf(err error) ErrorKind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return KindOther
}
