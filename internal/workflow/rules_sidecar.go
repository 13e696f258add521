package workflow

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// door: it is there and does not let us in.
func (p *preflight) door() {
	switch {
	case p.is(KindUnauthenticated):
		p.failed(RuleToken, Critical, "Give the token that the sidecar was started with.")
	case p.is(KindUntrusted):
		p.failed(RuleCertificate, Critical, "Check the certificates on both sides.")
	case p.is(KindTLS):
		p.failed(RuleTLS, Critical, "Let the server offer TLS 1.2 or later with HTTP/2.")
	}
}

// plainToken: whoever is on the way can read the token.
func (p *preflight) plainToken() {
	if !p.Sidecar.Door.PlainToken {
		return
	}
	p.find(Finding{
		Rule: RuleUnencrypted, Severity: Warning,
		Title:    "The API token is sent unencrypted to another machine",
		Evidence: "The connection to " + p.Address + " has no TLS, and its other end is not this machine.",
		Remedy:   "Put a TLS proxy in front of the sidecar and use --tls, or reach it through an SSH tunnel or kubectl port-forward. Then replace the token: it has been sent.",
	})
}

// tokenFile: others on this machine can read the token.
func (p *preflight) tokenFile() {
	d := p.Sidecar.Door
	if d.TokenFile == "" {
		return
	}
	p.find(Finding{
		Rule: RuleTokenFile, Severity: Warning,
		Title:    "Other users of this machine can read the file with the API token",
		Evidence: "The permissions of " + d.TokenFile + " are " + d.TokenMode + ".",
		Remedy:   "Run chmod 600 on it.",
	})
}

// unreachable: nobody answers. What was known before is no matter.
func (p *preflight) unreachable() {
	if p.Connected || !p.is(KindUnavailable, KindDeadline, KindOther) {
		return
	}
	p.failed(RuleUnreachable, Critical, "Start the sidecar, or give the gRPC port of one that runs: dapr list shows it. It connects by itself as soon as the sidecar is there.")
}

// wrongPort: somebody else answers. Who, the message says.
func (p *preflight) wrongPort() {
	if p.is(KindWrongPort) {
		p.failed(RuleWrongPort, Critical, "Give the gRPC port of the sidecar: 50001 unless it was told otherwise.")
	}
}

// noStore: workflows cannot be. Nothing else is asked then, for an answer can be
// the end of the sidecar.
func (p *preflight) noStore() {
	if !p.is(KindNoStateStore) {
		return
	}
	var able, others []string
	for _, s := range p.Sidecar.Stores {
		if s.Actors {
			able = append(able, s.String())
		} else {
			others = append(others, s.String())
		}
	}
	evidence, where := "It has no state store at all.", "Add a state store component with"
	switch {
	case len(able) > 0:
		evidence = "It has " + list(able) + ", but nothing says that workflows are kept there."
		where = "In the component file of " + list(able) + ", set"
	case len(others) > 0:
		evidence = "It has " + list(others) + ", which cannot hold actors."
	}
	p.find(Finding{
		Rule: RuleNoStore, Severity: Critical, Since: p.Since,
		Title:    "The sidecar has no state store for workflows, so no other call is made",
		Evidence: strings.TrimSpace(evidence + " " + p.sent()),
		Remedy:   where + ` actorStateStore: "true", and restart the sidecar. Some runtimes crash when they are asked for an instance without one.`,
	})
}

// bars: one ID makes every listing of the app fail.
func (p *preflight) bars() {
	if !p.is(KindPoisoned) {
		return
	}
	f := Finding{
		Rule: RuleBars, Severity: Critical, Since: p.Since, Evidence: p.evidence(), Purge: p.err.ID,
		Title:  "An instance ID with || breaks every listing of this app",
		Remedy: "The runtime does not say which ID it is: find it in the state store.",
	}
	if id := quote(CleanID(p.err.ID)); p.err.ID != "" {
		f.Title = "The instance " + id + " breaks every listing of this app"
		f.Remedy = "Force its purge, which takes its state away for good: the listing works again at once. Start no ID with ||."
	}
	p.find(f)
}

// cannotList: the store holds workflows and cannot list its keys.
func (p *preflight) cannotList() {
	s := p.Sidecar
	says := p.told && s.StoreType != "" && !s.CanList && !older(s.Version, firstListing) && p.err == nil
	if !p.is(KindCannotList) && !says {
		return
	}
	store, evidence := "The state store", ""
	if s.StateStore != "" {
		store, evidence = "The state store "+s.StateStore, "Its capabilities lack KEYS_LIKE."
	}
	if p.err != nil && p.err.Detail != "" {
		evidence = p.evidence()
	}
	p.find(Finding{
		Rule: RuleCannotList, Severity: Warning, Since: p.Since,
		Title: store + " can hold workflows but cannot list them", Evidence: evidence,
		Remedy: "Instances can be read and acted on by their ID. For a list, keep workflows in a store that can list its keys, such as Redis, PostgreSQL or SQLite.",
	})
}

// oldRuntime: no listing and no histories before 1.17.
func (p *preflight) oldRuntime() {
	old := p.told && older(p.Sidecar.Version, firstListing)
	if !p.is(KindOldRuntime) && !old {
		return
	}
	f := Finding{
		Rule: RuleOldRuntime, Severity: Warning, Since: p.Since,
		Title:    "This runtime cannot list instances",
		Evidence: "Listing and histories came with Dapr 1.17.",
		Remedy:   "Instances can be read and acted on by their ID. For the list and the histories, use Dapr 1.17 or later.",
	}
	if old {
		f.Title = "Runtime " + quote(p.Sidecar.Version) + " cannot list instances: it is older than 1.17"
	} else if p.Sidecar.Version != "" {
		f.Evidence += " It says that it is " + quote(p.Sidecar.Version) + "."
	}
	p.find(f)
}

// workers: reads do without, hardly anything else does.
func (p *preflight) workers() {
	s := p.Sidecar
	if !p.told || !s.WorkersKnown || s.Workers > 0 || p.is(KindNoStateStore) {
		return
	}
	p.find(Finding{
		Rule: RuleWorkers, Severity: Warning,
		Title:    "No worker is connected to this sidecar",
		Evidence: "The list and every detail can be read. Operations are refused after 5 seconds, but for a forced purge; a start hangs until its deadline and makes nothing.",
		Remedy:   "Start the application of " + quote(s.AppID) + ". If it runs, see whether it connects to this sidecar; after an outage an SDK can take a minute and a half to come back.",
	})
}

// placement: without it no actor has an address, and a workflow is one.
func (p *preflight) placement() {
	s := p.Sidecar
	if !p.told || p.is(KindNoStateStore) {
		return
	}
	f := Finding{Rule: RulePlacement, Severity: Warning, Evidence: placementWord(s)}
	switch {
	case s.ActorStatus == ActorsDisabled:
		f.Severity, f.Title = Critical, "The actor runtime is disabled, and workflows with it"
		f.Remedy = "Start the sidecar with --placement-host-address; dapr init starts a placement service."
	case s.ActorStatus == ActorsStarting && s.HealthCheck:
		f.Title = "The actor runtime has not started: the app has not passed its health check, or no placement service was met"
		f.Evidence = strings.TrimSpace(f.Evidence + " " + s.checks())
		f.Remedy = "See whether the app answers its health check; the sidecar's log says which of the two it waits for."
	case s.ActorStatus == ActorsStarting:
		f.Title = "The actor runtime has not started: it has met no placement service yet"
		f.Remedy = "If this stays, see whether the placement service runs and whether the sidecar's --placement-host-address is right."
	case s.ActorStatus == ActorsRunning && !s.ActorsReady && s.Placement == placementConnected:
		f.Title = "The actor runtime is not ready, although the placement service is connected"
		f.Evidence = strings.TrimSpace(f.Evidence + " " + s.checks())
		f.Remedy = "Reads work; operations pass their deadlines. The sidecar waits for its app: see whether that runs and is healthy."
	case s.ActorStatus == ActorsRunning && !s.ActorsReady:
		f.Title = "The placement service is not connected"
		f.Remedy = "Reads work; operations pass their deadlines. Start the placement service, or see why the sidecar does not reach it."
	default:
		return
	}
	p.find(f)
}

// placementConnected is what a runtime says of a placement service that it has
// (dapr pkg/actors/actors.go, RuntimeStatus).
const placementConnected = "placement: connected"

// checks says how the health of the app is checked, "" when it is not.
func (s *Sidecar) checks() string {
	switch {
	case !s.HealthCheck:
		return ""
	case s.HealthPath == "":
		return "The sidecar checks the health of its app."
	}
	return "The sidecar checks the health of its app at " + quote(s.HealthPath) + "."
}

func placementWord(s Sidecar) string {
	if s.Placement == "" {
		return ""
	}
	return "The sidecar says: " + quote(s.Placement) + "."
}

// schedulersTold is the first release line that was seen to say which scheduler
// services are connected.
const schedulersTold = "1.16.0"

// scheduler: it keeps the reminders that make a workflow go on. A sidecar that
// has met one names it for good, so that this speaks of one that never has.
func (p *preflight) scheduler() {
	s := p.Sidecar
	_, release := parseVersion(s.Version)
	if !p.told || p.is(KindNoStateStore) || len(s.Schedulers) > 0 || !release || older(s.Version, schedulersTold) {
		return
	}
	p.find(Finding{
		Rule: RuleScheduler, Severity: Warning,
		Title:    "The sidecar has met no scheduler service",
		Evidence: "It names none. Timers do not fire, and what waits for its next turn may not get it.",
		Remedy:   "Start the scheduler service, or see whether the sidecar's --scheduler-host-address is right. Reads work meanwhile.",
	})
}

// listing: there is a connection, and the last refresh was not complete all the
// same, for a reason that no other rule has.
func (p *preflight) listing() {
	if !p.Connected || p.err == nil || p.is(KindNoStateStore, KindPoisoned, KindCannotList, KindOldRuntime,
		KindUnauthenticated, KindUntrusted, KindTLS, KindWrongPort) {
		return
	}
	p.failed(RuleListing, Warning, "It is tried again by itself. See the sidecar's log if it stays.")
}

// slow: every other call takes as long, and the console makes many.
func (p *preflight) slow() {
	took := p.Sidecar.Took
	if !p.told || took < SlowAnswer {
		return
	}
	p.find(Finding{
		Rule: RuleSlow, Severity: Info,
		Title:    fmt.Sprintf("The sidecar took %s to say who it is", took.Round(10*time.Millisecond)),
		Evidence: "Every other call takes at least the way there and back.",
		Remedy:   "Mind the way to it. A longer --read-timeout and --interval, and a smaller --max-reads, spare a slow line.",
	})
}

// namesake: replicas of an app share their schedulers and their state store, so
// that one can be read for all. Two apps that only have an ID in common, as of
// two working copies or two clusters, do not, and then one hides the other.
func (p *preflight) namesake() {
	if !p.told {
		return
	}
	for i := range p.Others {
		o := &p.Others[i]
		if !p.Sidecar.Namesake(o) {
			continue
		}
		p.find(Finding{
			Rule: RuleNamesake, Severity: Warning,
			Title:    "Another app seems to have the ID " + p.Sidecar.AppID + " too",
			Evidence: "The sidecar at " + o.Address + " has " + o.home() + ", this one " + p.Sidecar.home() + ". Only the instances of one are listed, and nothing of the other is read or changed.",
			Remedy:   "Look at one at a time, with its --address; or give the apps IDs of their own.",
		})
		return
	}
}

// orphan: a sidecar whose dapr run was killed runs on, and takes its share of the
// app's work beside the one that was started after it.
func (p *preflight) orphan() {
	if !p.told || !p.Orphan || p.Younger == "" {
		return
	}
	p.find(Finding{
		Rule: RuleOrphan, Severity: Warning,
		Title:    "An older sidecar of " + p.Sidecar.AppID + " was left behind and still serves",
		Evidence: "The process that started it has ended (" + p.Origin + "), and the sidecar at " + p.Younger + " serves the same app.",
		Remedy:   "If nothing supervises it, end its process. Until then it can take work of the app, with its old components.",
	})
}

// Namesake reports whether a sidecar of the same app ID cannot be a replica:
// none of its schedulers is known here, or its state store is another.
func (s *Sidecar) Namesake(o *Sidecar) bool {
	apart := len(s.Schedulers) > 0 && len(o.Schedulers) > 0 &&
		!slices.ContainsFunc(s.Schedulers, func(at string) bool { return slices.Contains(o.Schedulers, at) })
	return apart || s.StateStore != "" && o.StateStore != "" && s.StateStore != o.StateStore
}

// home is what the replicas of an app share.
func (s *Sidecar) home() string {
	var parts []string
	if len(s.Schedulers) > 0 {
		parts = append(parts, "the scheduler "+strings.Join(s.Schedulers, ", "))
	}
	if s.StateStore != "" {
		parts = append(parts, "the store "+s.StateStore)
	}
	return strings.Join(parts, " and ")
}

// runtimeFaults: what this version is known to get wrong.
func (p *preflight) runtimeFaults() {
	if p.Sidecar.AppID == "" {
		return
	}
	for _, fault := range Advice(p.Sidecar.Version) {
		p.find(Finding{
			Rule: RuleRuntimeFault, Severity: Info, Title: fault.What,
			Evidence: "Known of Dapr " + quote(p.Sidecar.Version) + ": " + fault.Source + ".",
			Remedy:   fault.Advice,
		})
	}
}
