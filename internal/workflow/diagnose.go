package workflow

import (
	"slices"
	"time"
)

// Rule names a rule of the diagnosis.
type Rule string

// The rules.
const (
	RuleHeld          Rule = "held"
	RuleLoop          Rule = "worker loops"
	RuleCodeChanged   Rule = "code changed"
	RuleResumed       Rule = "failed by a resume"
	RuleEventCase     Rule = "event name in another case"
	RuleColons        Rule = "ID loses answers"
	RuleTampered      Rule = "history tampered with"
	RuleStalled       Rule = "stalled"
	RuleNoWorker      Rule = "no worker"
	RuleNotRegistered Rule = "not registered"
	RuleLost          Rule = "lost between suspends"
	RuleTerminate     Rule = "terminate not done"
	RuleRetries       Rule = "retries"
	RuleSlowActivity  Rule = "slow activity"
	RuleChildEnded    Rule = "child has ended"
	RuleSize          Rule = "history size"
	RuleUnconsumed    Rule = "event not consumed"
	RuleSuspended     Rule = "suspended for long"
	RulePending       Rule = "pending"
	RuleNothing       Rule = "nothing pending"
)

// Severity sorts findings by how much they need a hand.
type Severity uint8

// The severities, the worst first.
const (
	// Critical: it will not go on by itself.
	Critical Severity = iota
	// Warning: something looks wrong.
	Warning
	// Info: good to know; nothing need be wrong.
	Info
)

// String is the severity in one plain word.
func (s Severity) String() string {
	switch s {
	case Critical:
		return "critical"
	case Warning:
		return "warning"
	case Info:
	}
	return "info"
}

// Finding is what a rule has to say of an instance. The texts are plain
// sentences without a full stop at the end of a title, cleaned, on one line.
type Finding struct {
	Rule     Rule
	Severity Severity
	Title    string
	// Short says in three words at most what keeps the instance back, for a
	// column of the list; empty where the rest of its row says enough.
	Short string
	// Evidence is what the finding rests on, and Remedy what can be done.
	Evidence string
	Remedy   string
	// Since is when it began, zero where that is not known.
	Since time.Time
	// Event is the event of the history that shows it, -1 for none.
	Event int
	// Purge is the ID, as the runtime has it, of an instance whose forced purge
	// cures what was found; empty for none.
	Purge string
}

// Case is all that is known of an instance when it is looked at.
type Case struct {
	Instance Instance
	// Failure is that of the detail, whole; nil where only the row is known.
	Failure *Failure
	// History counts when HistoryKnown is set. Without it the rules that need
	// one are silent.
	History      History
	HistoryKnown bool
	// Sidecar is what the app's sidecar said last.
	Sidecar Sidecar
	// Now is the console's clock. Times of the history are the server's, so
	// that no rule depends on less than some seconds between the two.
	Now time.Time
	// FirstSeen is when this console saw the instance first, zero when that is
	// not known.
	FirstSeen time.Time
	// TerminateSent is when this console sent a terminate that the runtime
	// accepted or did not confirm, to this run of the instance; zero for never.
	TerminateSent time.Time
	// ResumeSent is the same for a resume.
	ResumeSent time.Time
	// Others is the SDK that other instances of the same workflow show, for a
	// history that tells none.
	Others Worker
	// Row returns the row of another instance, as far as it is known. May be
	// nil.
	Row func(Key) (Instance, bool)
	// EventNames are the names of external events that other instances of the
	// same workflow were sent, the most usual first.
	EventNames []string
}

// The thresholds of the rules.
const (
	// SlowActivity is when a running activity is pointed out. Most end within
	// seconds; ten minutes is beyond the time limits that clients and gateways
	// have by default, so what is still running may have lost its worker.
	SlowActivity = 10 * time.Minute
	// ManyRetries is how many failed attempts are pointed out: one or two are
	// what a retry is for, and the third says that it is no chance.
	ManyRetries = 3
	// LongPending is when a PENDING instance is pointed out. One that is not
	// scheduled for later starts within a second.
	LongPending = time.Minute
	// LongSuspended is when a suspended instance is pointed out: people hold
	// an instance for the length of an intervention, and forget it then.
	LongSuspended = time.Hour
	// TerminateGrace is how long a terminate may take: it is done within a
	// turn, milliseconds, when anything is there to do it.
	TerminateGrace = 10 * time.Second
	// ChildGrace is how long the answer of a child may take to its parent; it
	// is a second at most, and the two rows are not read in the same moment.
	ChildGrace = 30 * time.Second
	// Quiet is how long nothing must have happened before nothing pending
	// means anything: between two turns nothing is pending either.
	Quiet = 10 * time.Second
	// HistoryLimit is what a history may weigh, in bytes: daprd's
	// --max-body-size by default. At 95 % of it, input and waiting events
	// included, the instance stalls (dapr pkg/actors/targets/workflow/
	// orchestrator/payloadsize.go).
	HistoryLimit = 4 << 20
	// NearLimit is the share of HistoryLimit that is pointed out.
	NearLimit = 0.80
	// maxNames is how many names a text lists.
	maxNames = 5
	// maxQuote is how much of a text from outside is quoted, in bytes.
	maxQuote = 160
)

// Fill is the share of HistoryLimit that the history takes, for a gauge; false
// where its weight is not known. A sidecar with another --max-body-size has
// another limit, which it does not tell.
func (h History) Fill() (float64, bool) {
	if h.Bytes <= 0 {
		return 0, false
	}
	return float64(h.Bytes) / HistoryLimit, true
}

// Diagnose says why an instance may not move, the worst first. It needs no
// more than the row; what a rule cannot know, it does not say.
func Diagnose(c Case) []Finding {
	d := diagnosis{Case: c, live: !c.Instance.Status.Terminal()}
	if c.HistoryKnown {
		d.read()
	}
	for _, rule := range []func(){
		d.held, d.stalled, d.noWorker, d.notRegistered, d.codeChanged, d.resumedFailed, d.tampered,
		d.lost, d.eventCase, d.colons, d.terminate, d.retries,
		d.slowActivity, d.childEnded, d.size, d.unconsumed, d.suspended, d.pending, d.nothing,
	} {
		rule()
	}
	slices.SortStableFunc(d.out, func(a, b Finding) int { return int(a.Severity) - int(b.Severity) })
	return d.out
}

// diagnosis is the state of Diagnose.
type diagnosis struct {
	Case
	// live is false once the row says that the instance has ended.
	live bool
	// hasHistory is set when the history is known and is that of a live
	// instance: the row may be newer or older than it.
	hasHistory bool
	// current is set too when the row is not newer: an instance is updated by
	// each event of its history. What a rule says of something that has not
	// come must not rest on a history in which it could not be yet.
	current  bool
	replayed replayed
	groups   []Group
	waits    []Wait
	out      []Finding
}

func (d *diagnosis) read() {
	d.History = d.History.Believing(d.Others)
	d.replayed = d.History.replay()
	d.groups = d.History.groups(d.replayed)
	d.waits = d.History.waits(d.groups)
	_, ended := d.History.Completed()
	n := len(d.History.Events)
	d.hasHistory = d.live && !ended && n > 0
	d.current = d.hasHistory && !d.Instance.Updated.After(d.History.Events[n-1].Time)
}

func (d *diagnosis) find(f Finding) {
	for _, s := range []*string{&f.Title, &f.Evidence, &f.Remedy} {
		*s = Clean(*s)
	}
	d.out = append(d.out, f)
}

// age is how long ago a moment was, zero where it or now is not known.
func (d *diagnosis) age(t time.Time) time.Duration {
	if t.IsZero() || d.Now.IsZero() {
		return 0
	}
	return max(0, d.Now.Sub(t))
}

// last returns the index of the last event of a type, -1 for none.
func (d *diagnosis) last(t EventType) int {
	for i := len(d.History.Events) - 1; i >= 0; i-- {
		if d.History.Events[i].Type == t {
			return i
		}
	}
	return -1
}

// noWorkers reports whether the sidecar says that no worker is connected.
func (d *diagnosis) noWorkers() bool { return d.Sidecar.WorkersKnown && d.Sidecar.Workers == 0 }
