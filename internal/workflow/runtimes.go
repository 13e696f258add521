package workflow

import "slices"

// RuntimeFault is something that some versions of the Dapr runtime get wrong,
// or cannot do, and that changes what is good advice.
type RuntimeFault struct {
	// What happens, and what to do about it, in sentences; What is short and
	// without a full stop.
	What   string
	Advice string
	// Source is where it was seen or can be read: "dapr/dapr#10218" is an issue
	// or a pull request, "notes v1.18.3" dapr/dapr docs/release_notes.
	Source string
	// Versions are the releases that have it.
	Versions []Versions
}

// Versions are the releases from one up to, but without, another. Both are of
// the same line, mostly: a fix comes to each line by itself. Releases that are
// younger than what was looked at are in no Versions, fix or no fix.
type Versions struct {
	From, Before string
	// Inferred says that nobody has seen it happen on all of them: their code,
	// or the notes of the release that fixed it, say so.
	Inferred bool
}

// holds reports whether a version is one of them.
func (s Versions) holds(v version) bool {
	from, ok := parseVersion(s.From)
	before, too := parseVersion(s.Before)
	return ok && too && !v.before(from) && v.before(before)
}

// The first runtime that lists instances and reads histories.
const firstListing = "1.17.0"

// Advice returns what a version of the runtime gets wrong, the worst first. Of
// an edge build, a pre-release or a version that is no version it says nothing.
func Advice(runtime string) []RuntimeFault {
	v, ok := parseVersion(runtime)
	if !ok {
		return nil
	}
	var out []RuntimeFault
	for _, f := range runtimeFaults() {
		for _, s := range f.Versions {
			if s.holds(v) {
				out = append(out, f)
				break
			}
		}
	}
	return out
}

// EndsSuspended reports whether a terminate is known to end a suspended instance
// at once: from 1.18.4 on (notes v1.18.4; those of v1.18.3 say so too early);
// 1.18.0 was seen to wait for its resume.
func EndsSuspended(runtime string) bool {
	_, known := parseVersion(runtime)
	return known && !older(runtime, "1.18.4")
}

// ForcesPurges reports whether a runtime is not known to lack the forced purge:
// 1.16 takes one for an ordinary purge (seen on 1.16.0).
func ForcesPurges(runtime string) bool { return !older(runtime, firstListing) }

// older reports whether a runtime is known to be older than a release.
func older(runtime, release string) bool {
	v, ok := parseVersion(runtime)
	r, too := parseVersion(release)
	return ok && too && v.before(r)
}

// runtimeFaults is the table. "Seen" is what the tests of test/dapr and
// docs/operations.md have: 1.18.0, and 1.16.0 for what has no listing.
func runtimeFaults() []RuntimeFault {
	return slices.Concat(endings(), gaps(), mishaps(), laterMishaps())
}

// endings are what ends a sidecar, or its service.
func endings() []RuntimeFault {
	return []RuntimeFault{
		{
			What:   "Without an actor state store, a read of an instance ends the sidecar",
			Advice: "This console makes no such call there; the Dapr CLI and other tools do. Configure a store before anybody looks, or use 1.18.2 or later.",
			Source: "dapr/dapr#10217, dapr/dapr#10218; seen on 1.16.0 and 1.18.0",
			Versions: []Versions{
				// 1.17.10 is older than the fix.
				{"1.16.0", "1.16.1", false},
				{"1.17.0", "1.17.11", true},
				{"1.18.0", "1.18.2", false},
			},
		},
		{
			What:   "A forced purge of an instance that is gone ends the sidecar",
			Advice: "This console reads the instance right before, and never repeats one by itself. Do not script forced purges, and let one person at a time make them. No release is known to be free of it.",
			Source: "pkg/runtime/wfengine/backends/actors/actors.go purgeWorkflowForce (from dapr/dapr#9176 on); seen on 1.18.0",
			Versions: []Versions{
				{firstListing, "1.18.0", true},
				{"1.18.0", "1.18.1", false},
				{"1.18.1", "1.18.4", true},
			},
		},
		{
			What:   "After a reload of its configuration a sidecar with a worker never serves gRPC again",
			Advice: "When the port refuses connections while the sidecar's process lives, restart it. 1.18.1 is free of it.",
			Source: "notes v1.18.1",
			Versions: []Versions{
				{"1.18.0", "1.18.1", true},
			},
		},
		{
			What:   "After the loss of a busy worker the sidecar may take no new one",
			Advice: "When no worker is counted although the application runs again, restart the sidecar. Reads go on meanwhile.",
			Source: "docs/operations.md; seen on 1.18.0",
			Versions: []Versions{
				{"1.18.0", "1.18.1", false},
			},
		},
	}
}

// gaps are what cannot be done, or not any more.
func gaps() []RuntimeFault {
	return []RuntimeFault{
		{
			What:   "There is no listing and no history",
			Advice: "Instances can be read and acted on by their ID. For the list use Dapr 1.17 or later.",
			Source: "dapr/dapr#9170, notes v1.17.0; seen on 1.16.0",
			// 1.16.9 has no ListInstanceIDs in the engine that it uses.
			Versions: []Versions{{"1.0.0", "1.16.0", true}, {"1.16.0", "1.16.1", false}, {"1.16.1", firstListing, true}},
		},
		{
			What:     "A forced purge is taken for an ordinary one",
			Advice:   "Terminate the instance first, then purge it. The runtime knows force from 1.17 on.",
			Source:   "dapr/dapr#9176, notes v1.17.0; seen on 1.16.0",
			Versions: []Versions{{"1.0.0", "1.16.0", true}, {"1.16.0", "1.16.1", false}, {"1.16.1", firstListing, true}},
		},
		{
			What:     "A worker of today's SDKs cannot serve it",
			Advice:   "Use a release of the SDK from the runtime's time, or a newer runtime.",
			Source:   "docs/operations.md; seen on 1.16.0",
			Versions: []Versions{{"1.16.0", "1.16.1", false}},
		},
		{
			What:   "An activity of an instance whose ID contains :: never answers",
			Advice: "Its result goes to another instance. This console refuses to start one. Terminate such an instance and start it under another ID. No release is known to be free of it.",
			Source: "dapr/dapr#10488",
			Versions: []Versions{
				{"1.16.0", "1.19.1", true},
			},
		},
		{
			What:   "An instance ID with || breaks every listing of its app",
			Advice: "This console refuses to start one. A forced purge of that ID cures the listing.",
			Source: "pkg/runtime/wfengine/state/list/list.go; seen on 1.18.0",
			Versions: []Versions{
				{firstListing, "1.18.0", true},
				{"1.18.0", "1.18.1", false},
			},
		},
	}
}

// mishaps are what goes wrong with single instances.
func mishaps() []RuntimeFault {
	return []RuntimeFault{
		{
			What:   "A terminate of a suspended instance is not answered and waits for its resume; one that comes together with other events can be lost",
			Advice: "Resume a suspended instance after terminating it, and see whether a terminate has had its effect. 1.18.4 and later end it at once.",
			Source: "notes v1.18.4; the first part seen on 1.18.0",
			Versions: []Versions{
				{"1.18.0", "1.18.1", false},
				{"1.18.1", "1.18.4", true},
			},
		},
		{
			What:   "A stalled instance stays stalled when its last worker left meanwhile",
			Advice: "When a worker that can run it is there and it does not go on, restart the sidecar. 1.17.13 and 1.18.3 are free of it.",
			Source: "notes v1.17.13, notes v1.18.3",
			Versions: []Versions{
				{firstListing, "1.17.13", true},
				{"1.18.0", "1.18.3", true},
			},
		},
		{
			What:   "An instance can stay PENDING for good when it was started while a scheduler restarted",
			Advice: "Purge such an instance by force and start it again. From 1.18.4 on, reading the instance starts it.",
			Source: "notes v1.18.4",
			Versions: []Versions{
				{"1.18.0", "1.18.4", true},
			},
		},
		{
			What:   "After a forced purge of a live instance its actor goes on in memory for a while",
			Advice: "Expect the first operation on that ID to fail with an etag mismatch. A late event can bring part of the instance back: look again. 1.18.4 is free of it.",
			Source: "notes v1.18.4; the etag mismatch seen on 1.18.0",
			Versions: []Versions{
				{"1.18.0", "1.18.1", false},
				{"1.18.1", "1.18.4", true},
			},
		},
		{
			What:   "A read of an instance that moves can fail with an inbox or history key that is missing",
			Advice: "Nothing is wrong with the instance: the next read succeeds. 1.18.3 reads again by itself.",
			Source: "dapr/dapr#10242, dapr/dapr#10288, notes v1.18.3; seen on 1.18.0",
			Versions: []Versions{
				{"1.18.0", "1.18.1", false},
				{"1.18.1", "1.18.3", true},
			},
		},
	}
}

// laterMishaps are those that the notes of the releases from 1.18.4 on tell of.
func laterMishaps() []RuntimeFault {
	return []RuntimeFault{
		{
			What:     "A child that uses its ID again after continue-as-new hangs its parent",
			Advice:   "Terminate the parent and start it again. From 1.18.4 on, the child fails with “already exists” instead.",
			Source:   "notes v1.18.4",
			Versions: []Versions{{"1.18.0", "1.18.4", true}},
		},
		{
			What:     "A signed history can be reported as tampered with although nobody changed it",
			Advice:   "Compare the history before you believe DAPR_WORKFLOW_HISTORY_TAMPERED. 1.18.4 is free of it.",
			Source:   "notes v1.18.4",
			Versions: []Versions{{"1.18.0", "1.18.4", true}},
		},
		{
			What:     "A purge of a finished child can be refused while its parent has not acknowledged it",
			Advice:   "Purge the parent with its children, or wait until the parent goes on.",
			Source:   "notes v1.18.4",
			Versions: []Versions{{"1.18.4", "1.19.1", true}},
		},
		{
			What:     "The concurrency limits of the scheduler are ignored when they come from Helm",
			Advice:   "Use 1.18.1 or later if an instance must not run beside others.",
			Source:   "notes v1.18.1",
			Versions: []Versions{{"1.18.0", "1.18.1", true}},
		},
		{
			What:     "The metrics of a sidecar freeze after it reloads its configuration",
			Advice:   "Do not judge the sidecar by its metrics then. 1.18.5 is free of it.",
			Source:   "notes v1.18.5",
			Versions: []Versions{{"1.18.0", "1.18.5", true}},
		},
		{
			What:     "A rerun loses the schedule of a timer that had fired before the chosen event",
			Advice:   "Rerun from an event before the timer. 1.19.0 is free of it.",
			Source:   "notes v1.19.0",
			Versions: []Versions{{firstListing, "1.19.0", true}},
		},
		{
			What:     "Another app of the namespace can forge the result of an activity",
			Advice:   "Use 1.19.0 or later where the apps of a namespace do not trust each other.",
			Source:   "dapr/dapr#10682, dapr/dapr#10685",
			Versions: []Versions{{firstListing, "1.19.0", true}},
		},
	}
}

// LosesFiredTimers reports whether a rerun is known to lose the schedule of a
// timer that had fired before the chosen event: before 1.19 (notes v1.19.0).
func LosesFiredTimers(runtime string) bool { return older(runtime, "1.19.0") }
