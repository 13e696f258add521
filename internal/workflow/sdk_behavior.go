package workflow

import "slices"

// Trait is something that the SDKs' workers do differently.
type Trait uint8

// The traits.
const (
	// TraitSecondSuspend: what two suspends and one resume leave.
	TraitSecondSuspend Trait = iota
	// TraitResumeRunning: what a resume does to an instance that runs.
	TraitResumeRunning
	// TraitWhileSuspended: what a suspended instance does with what it is sent.
	TraitWhileSuspended
	// TraitTerminateSuspended: what a terminate does to a suspended instance, on a
	// sidecar before 1.18.4.
	TraitTerminateSuspended
	// TraitRecordsWaits: what a wait for an external event leaves.
	TraitRecordsWaits
	// TraitEventCase: whether the names of external events mind case.
	TraitEventCase
	// TraitEarlyEvent: what a wait leaves whose event was there already.
	TraitEarlyEvent
	// TraitChildAttempts: which instance the next attempt of a child is.
	TraitChildAttempts
	// TraitCodeChange: whether the worker notices that the code has changed.
	TraitCodeChange
)

// Traits lists the traits in the order in which tables show them.
func Traits() []Trait {
	return []Trait{
		TraitSecondSuspend, TraitResumeRunning, TraitWhileSuspended, TraitTerminateSuspended, TraitRecordsWaits,
		TraitEventCase, TraitEarlyEvent, TraitChildAttempts, TraitCodeChange,
	}
}

// String returns the trait as the head of a table's column.
func (t Trait) String() string {
	names := [...]string{
		"suspended twice, resumed once", "resumed while running", "while suspended", "terminated while suspended", "a wait for an event",
		"event names", "event before its wait", "next attempt of a child", "changed code",
	}
	if int(t) < len(names) {
		return names[t]
	}
	return ""
}

// Conduct is what a worker does in the matter of a trait.
type Conduct uint8

// The conducts, by trait.
const (
	ConductUnknown Conduct = iota

	// Nests: it stays suspended, and loses what came behind the second suspend.
	Nests
	// Loops: the worker runs in an endless loop, and with it every instance
	// that it serves.
	Loops
	// Frees: one resume is enough.
	Frees

	// Ignores: a resume changes nothing.
	Ignores
	// Fails: the instance fails.
	Fails

	// Queues: events wait for the resume.
	Queues
	// RunsOn: the next event runs the workflow on.
	RunsOn

	// EndsAtResume: the terminate is not answered, and takes effect with the
	// resume.
	EndsAtResume
	// EndsAtOnce: it ends the instance at once.
	EndsAtOnce

	// RecordsAll: a timer for each wait, also without a limit.
	RecordsAll
	// RecordsLimits: a timer for a wait with a limit only.
	RecordsLimits
	// RecordsNone: nothing.
	RecordsNone

	// AnyCase: names compare without case.
	AnyCase
	// ExactCase: a pending wait takes the exact name only.
	ExactCase

	// NoTimer: a wait whose event was there leaves no timer.
	NoTimer
	// LateTimer: such a wait leaves a timer that nothing will end.
	LateTimer

	// NewChild: each attempt is an instance.
	NewChild
	// SameChild: each attempt replaces the instance of the one before.
	SameChild

	// Notices: the instance fails with a message that says so.
	Notices
	// Overlooks: the workflow runs on with the wrong steps.
	Overlooks
)

// Behavior is a row of the table of what the SDKs do differently: every rule,
// advice and proof that depends on the SDK asks it.
type Behavior struct {
	SDK   SDK
	Trait Trait
	// Versions are those of the SDK, in words; empty for all that were read.
	Versions string
	Conduct  Conduct
	// Words say it in a sentence without a full stop.
	Words string
	// Source is the code that was read, or the test that saw it.
	Source string
}

// Does returns what the worker does in the matter of a trait: ConductUnknown
// when its SDK is not known and the possible ones differ.
func (w Worker) Does(t Trait) Conduct {
	if w.SDK != SDKUnknown {
		return conductOf(w.SDK, t, w.Version)
	}
	found := ConductUnknown
	for i, s := range w.Possible {
		c := conductOf(s, t, "")
		if i > 0 && c != found {
			return ConductUnknown
		}
		found = c
	}
	return found
}

// conductOf looks up the table: the row of the version where one has it, else
// the first of the SDK, which is that of the newest version.
func conductOf(s SDK, t Trait, version string) Conduct {
	first := ConductUnknown
	for _, b := range Behaviors() {
		if b.SDK != s || b.Trait != t {
			continue
		}
		if version != "" && b.Versions == version {
			return b.Conduct
		}
		if first == ConductUnknown {
			first = b.Conduct
		}
	}
	return first
}

// Behaviors returns the table, by trait.
func Behaviors() []Behavior { return behaviorTable }

var behaviorTable = slices.Concat(suspendBehaviors(), terminateBehaviors(), waitBehaviors(), callBehaviors())

func suspendBehaviors() []Behavior {
	return []Behavior{
		{SDKGo, TraitSecondSuspend, "", Nests, "stays suspended although its status reads RUNNING, and events behind the second suspend are lost", "durabletask-go task/orchestrator.go; TestRules"},
		{SDKPython, TraitSecondSuspend, "", Loops, "the worker loops endlessly, and every instance that it serves stands still", "dapr 1.19.0 _durabletask/worker.py"},
		{SDKJavaScript, TraitSecondSuspend, "", Loops, "the worker loops endlessly, and every instance that it serves stands still", "@dapr/dapr 3.18.0 orchestration-executor"},
		{SDKJava, TraitSecondSuspend, "", Frees, "runs on after the first resume", "durabletask-client 1.17.1 TaskOrchestrationExecutor.java"},
		{SDKDotNet, TraitSecondSuspend, "", Frees, "runs on after the first resume", "dotnet-sdk v1.18.5 WorkflowWorker.cs"},
		{SDKRust, TraitSecondSuspend, "", Frees, "runs on after the first resume", "dapr-durabletask 0.0.3"},

		{SDKGo, TraitResumeRunning, "", Ignores, "changes nothing", "docs/operations.md, with a worker connected"},
		{SDKPython, TraitResumeRunning, "", Fails, "fails the instance with WorkflowStateError", "dapr 1.19.0 _durabletask/worker.py"},
		{SDKJavaScript, TraitResumeRunning, "", Ignores, "changes nothing", "@dapr/dapr 3.18.0 orchestration-executor"},
		{SDKJava, TraitResumeRunning, "", Ignores, "changes nothing", "durabletask-client 1.17.1"},
		{SDKDotNet, TraitResumeRunning, "", Ignores, "changes nothing", "dotnet-sdk v1.18.5"},
		{SDKRust, TraitResumeRunning, "", Ignores, "changes nothing", "dapr-durabletask 0.0.3"},

		{SDKGo, TraitWhileSuspended, "", Queues, "events wait for the resume", "durabletask-go task/orchestrator.go; TestRules"},
		{SDKPython, TraitWhileSuspended, "", Queues, "events wait for the resume", "dapr 1.19.0 _durabletask/worker.py"},
		{SDKJavaScript, TraitWhileSuspended, "", Queues, "events wait for the resume", "@dapr/dapr 3.18.0 orchestration-executor"},
		{SDKJava, TraitWhileSuspended, "", Queues, "events wait for the resume", "durabletask-client 1.17.1"},
		{SDKDotNet, TraitWhileSuspended, "1.17 or later", RunsOn, "the next event runs the workflow on while its status reads SUSPENDED", "dotnet-sdk v1.18.5 WorkflowWorker.cs"},
		{SDKDotNet, TraitWhileSuspended, "1.16 or earlier", Queues, "events wait for the resume", "durabletask-dotnet 2941beb (SDK 1.16)"},
		{SDKRust, TraitWhileSuspended, "", Queues, "results arrive, and the code waits for the resume", "dapr-durabletask 0.0.3"},
	}
}

func terminateBehaviors() []Behavior {
	return []Behavior{
		{SDKGo, TraitTerminateSuspended, "", EndsAtResume, "ends with the resume; the terminate is not answered before", "docs/operations.md, with a worker connected"},
		{SDKPython, TraitTerminateSuspended, "", EndsAtOnce, "ends at once", "TestSDKBehaviors"},
		{SDKJavaScript, TraitTerminateSuspended, "", EndsAtOnce, "ends at once", "TestSDKBehaviors"},
		{SDKJava, TraitTerminateSuspended, "", EndsAtOnce, "ends at once", "TestSDKBehaviors"},
		{SDKDotNet, TraitTerminateSuspended, "", EndsAtOnce, "ends at once", "dotnet-sdk v1.18.5 WorkflowWorker.cs"},
		{SDKRust, TraitTerminateSuspended, "", EndsAtOnce, "ends at once", "dapr-durabletask 0.0.3"},
	}
}

func waitBehaviors() []Behavior {
	return []Behavior{
		{SDKGo, TraitRecordsWaits, "1.15 or later", RecordsAll, "a timer, also without a limit", "durabletask-go task/orchestrator.go"},
		{SDKGo, TraitRecordsWaits, "1.14 or earlier", RecordsLimits, "a timer when it has a limit", "durabletask-go v0.11.3"},
		{SDKPython, TraitRecordsWaits, "1.18 or later", RecordsAll, "a timer without a name, also without a limit", "dapr 1.19.0 _durabletask/worker.py"},
		{SDKPython, TraitRecordsWaits, "1.17 or earlier", RecordsNone, "nothing", "durabletask-python v0.17.4"},
		{SDKJavaScript, TraitRecordsWaits, "", RecordsNone, "nothing", "@dapr/dapr 3.18.0 runtime-orchestration-context"},
		{SDKJava, TraitRecordsWaits, "1.18 or later", RecordsAll, "a timer, also without a limit; over three days in parts", "java-sdk v1.18.1 TaskOrchestrationExecutor.java"},
		{SDKJava, TraitRecordsWaits, "1.17", RecordsLimits, "a timer when it has a limit, without a mark that it is one; over three days in parts", "durabletask-client 1.17.1 TaskOrchestrationExecutor.java"},
		{SDKDotNet, TraitRecordsWaits, "", RecordsLimits, "a timer when it has a TimeSpan as its limit", "dotnet-sdk v1.18.5 WorkflowOrchestrationContext.cs"},
		{SDKRust, TraitRecordsWaits, "", RecordsAll, "a timer without a name, also without a limit", "dapr-durabletask 0.0.3"},

		{SDKGo, TraitEventCase, "", AnyCase, "compare without case", "durabletask-go task/orchestrator.go"},
		{SDKPython, TraitEventCase, "", AnyCase, "compare without case", "dapr 1.19.0 _durabletask/worker.py"},
		{SDKJavaScript, TraitEventCase, "", AnyCase, "compare without case", "@dapr/dapr 3.18.0 orchestration-executor"},
		{SDKJava, TraitEventCase, "", ExactCase, "must be exact for a wait that has begun", "durabletask-client 1.17.1 TaskOrchestrationExecutor.java"},
		{SDKDotNet, TraitEventCase, "", AnyCase, "compare without case", "dotnet-sdk v1.18.5"},
		{SDKRust, TraitEventCase, "", AnyCase, "compare without case", "dapr-durabletask 0.0.3"},

		{SDKGo, TraitEarlyEvent, "", NoTimer, "no timer", "durabletask-go task/orchestrator.go"},
		{SDKPython, TraitEarlyEvent, "", NoTimer, "no timer", "dapr 1.19.0 _durabletask/worker.py"},
		{SDKJavaScript, TraitEarlyEvent, "", NoTimer, "no timer", "@dapr/dapr 3.18.0"},
		{SDKJava, TraitEarlyEvent, "", NoTimer, "no timer", "durabletask-client 1.17.1"},
		{SDKDotNet, TraitEarlyEvent, "", LateTimer, "a timer all the same, which nothing ends", "dotnet-sdk v1.18.5 WorkflowOrchestrationContext.cs"},
		{SDKRust, TraitEarlyEvent, "", LateTimer, "a timer all the same, which nothing ends", "dapr-durabletask 0.0.3"},
	}
}

func callBehaviors() []Behavior {
	return []Behavior{
		{SDKGo, TraitChildAttempts, "", NewChild, "an instance of its own, unless the caller sets the ID", "durabletask-go task/orchestrator.go"},
		{SDKPython, TraitChildAttempts, "", SameChild, "the same instance ID: it replaces the attempt before", "dapr 1.19.0 _durabletask/worker.py"},
		{SDKJavaScript, TraitChildAttempts, "", NewChild, "an instance of its own: retries are user code", "@dapr/dapr 3.18.0"},
		{SDKJava, TraitChildAttempts, "", SameChild, "the same instance ID: it replaces the attempt before", "durabletask-client 1.17.1"},
		{SDKDotNet, TraitChildAttempts, "", NewChild, "an instance of its own, unless the caller sets the ID", "dotnet-sdk v1.18.5"},
		{SDKRust, TraitChildAttempts, "", NewChild, "an instance of its own", "dapr-durabletask 0.0.3"},

		{SDKGo, TraitCodeChange, "", Notices, "fails the instance, with the step that is missing", "durabletask-go task/orchestrator.go"},
		{SDKPython, TraitCodeChange, "", Notices, "fails the instance with NonDeterminismError", "dapr 1.19.0 _durabletask/worker.py"},
		{SDKJavaScript, TraitCodeChange, "", Notices, "fails the instance with NonDeterminismError", "@dapr/dapr 3.18.0 worker/index"},
		{SDKJava, TraitCodeChange, "", Overlooks, "is not reported inside an await: the instance can stand still", "durabletask-client 1.17.1 TaskOrchestrationExecutor.java"},
		{SDKDotNet, TraitCodeChange, "", Overlooks, "is not noticed", "dotnet-sdk v1.18.5"},
		{SDKRust, TraitCodeChange, "", Overlooks, "is noticed by patches and counts only", "dapr-durabletask 0.0.3"},
	}
}
