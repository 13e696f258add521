package workflow

import "slices"

// SDK is a family of worker libraries. Which one a workflow runs on decides
// what its history means and what an operation does to it; see Behaviors.
type SDK uint8

// The SDKs with Dapr workflow workers.
const (
	SDKUnknown SDK = iota
	SDKGo
	SDKPython
	SDKJavaScript
	SDKJava
	SDKDotNet
	SDKRust
)

// SDKs lists the known SDKs in the order in which tables show them.
func SDKs() []SDK { return []SDK{SDKGo, SDKPython, SDKJavaScript, SDKJava, SDKDotNet, SDKRust} }

// String returns the language as its users write it, such as "JavaScript", and
// nothing for SDKUnknown.
func (s SDK) String() string {
	names := [...]string{"", "Go", "Python", "JavaScript", "Java", ".NET", "Rust"}
	if int(s) < len(names) {
		return names[s]
	}
	return ""
}

// Confidence grades how sure the recognition of an SDK is.
type Confidence uint8

// The grades. Likely rests on one sign, or on other instances of the same
// workflow; Certain on several signs that agree.
const (
	NotSure Confidence = iota
	Likely
	Certain
)

// String returns the grade as a word for people.
func (c Confidence) String() string {
	switch c {
	case Likely:
		return "likely"
	case Certain:
		return "certain"
	case NotSure:
	}
	return "unknown"
}

// Worker is the SDK that wrote a history, as far as the history tells: the
// protocol has no field for it.
type Worker struct {
	// SDK is SDKUnknown while several SDKs leave such a history.
	SDK  SDK
	Sure Confidence
	// Version is the range of SDK versions in words, such as "1.18 or later";
	// empty where the history does not tell.
	Version string
	// Possible are the SDKs that can have written the history: SDK alone when
	// it is known, all of them for a history without any sign.
	Possible []SDK
	// Signs are the reasons in short phrases, the strongest first.
	Signs []string
}

// Name returns the SDK with its version, such as "Java SDK 1.17"; "an unknown
// SDK" when it is not known.
func (w Worker) Name() string {
	if w.SDK == SDKUnknown {
		return "an unknown SDK"
	}
	name := w.SDK.String() + " SDK"
	if w.Version != "" {
		name += " " + w.Version
	}
	return name
}

// Surely reports whether the worker is certainly one of the SDKs.
func (w Worker) Surely(sdks ...SDK) bool {
	return w.Sure == Certain && slices.Contains(sdks, w.SDK)
}

// May reports whether the history can be that of one of the SDKs.
func (w Worker) May(sdks ...SDK) bool {
	return slices.ContainsFunc(sdks, func(s SDK) bool { return slices.Contains(w.Possible, s) })
}

// believing returns the worker with what other instances of the same workflow
// tell, where its own history does not.
func (w Worker) believing(others Worker) Worker {
	if w.SDK != SDKUnknown || others.SDK == SDKUnknown || !w.May(others.SDK) {
		return w
	}
	w.SDK, w.Version, w.Sure, w.Possible = others.SDK, others.Version, Likely, []SDK{others.SDK}
	w.Signs = append(slices.Clone(w.Signs), "other instances of this workflow")
	return w
}

// Worker returns what the history tells of the worker's SDK.
func (h History) Worker() Worker { return h.worker }

// Believing returns the history read with what other instances of the same
// workflow in the same app tell of the worker's SDK. It changes nothing when
// the history itself tells the SDK, or contradicts.
func (h History) Believing(others Worker) History {
	h.worker = h.worker.believing(others)
	h.awaited = h.findWaits()
	return h
}

// RecordsWaits reports whether the worker leaves a timer for each wait for an
// external event. Without, what Awaited and Waits do not name may be awaited all
// the same.
func (h History) RecordsWaits() bool {
	if h.worker.SDK != SDKUnknown && h.worker.Version != "" {
		return h.worker.Does(TraitRecordsWaits) == RecordsAll
	}
	if h.worker.SDK != SDKUnknown && h.worker.Does(TraitRecordsWaits) != RecordsAll {
		return false
	}
	for i := range h.Events {
		if h.Events[i].awaits() != "" {
			return true // an origin is what the versions that record all of them leave
		}
	}
	return false
}
