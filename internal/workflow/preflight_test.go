package workflow

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// healthy is a sidecar with nothing to say about.
func healthy() SidecarCase {
	return SidecarCase{
		Address: "127.0.0.1:50001", Connected: true, Now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Sidecar: Sidecar{
			Address: "127.0.0.1:50001", AppID: "orders", Version: "1.20.0", Workers: 1, WorkersKnown: true,
			StateStore: "statestore (state.sqlite)", StoreName: "statestore", StoreType: "state.sqlite", CanList: true,
			Stores:      []StateStore{{"statestore", "state.sqlite", true, true}},
			ActorStatus: ActorsRunning, ActorsReady: true, Placement: "placement: connected",
			Schedulers: []string{"127.0.0.1:50006"}, Took: time.Millisecond,
		},
		Calls: map[string]int{"GetMetadata": 2, "ListInstanceIDs": 1},
	}
}

// with is a healthy sidecar but for some changes.
func with(changes ...func(*SidecarCase)) SidecarCase {
	c := healthy()
	for _, change := range changes {
		change(&c)
	}
	return c
}

// refused is an error that a connect came back with.
func refused(kind ErrorKind, message string) func(*SidecarCase) {
	return func(c *SidecarCase) {
		c.Err, c.Since = &Error{Kind: kind, Message: message, Detail: "the server's words"}, c.Now.Add(-time.Minute)
	}
}

func away(c *SidecarCase) { c.Connected = false }

func unknown(c *SidecarCase) { c.Sidecar = Sidecar{} }

func runtime(version string) func(*SidecarCase) {
	return func(c *SidecarCase) { c.Sidecar.Version = version }
}

// other is a second sidecar of the app, which differs by a change.
func other(change func(*Sidecar)) func(*SidecarCase) {
	return func(c *SidecarCase) {
		s := healthy().Sidecar
		change(&s)
		c.Others = append(c.Others, s)
	}
}

func speaks(rule Rule, c SidecarCase) (Finding, bool) {
	for _, f := range Preflight(c) {
		if f.Rule == rule {
			return f, true
		}
	}
	return Finding{}, false
}

func TestAHealthySidecarHasNoFinding(t *testing.T) {
	for name, c := range map[string]SidecarCase{
		"healthy":              healthy(),
		"an edge build":        with(runtime("edge")),
		"the embedded engine":  with(runtime("1.18 (embedded)"), func(c *SidecarCase) { c.Sidecar.Schedulers = nil }),
		"nothing known yet":    {Address: "127.0.0.1:50001"},
		"says little":          with(func(c *SidecarCase) { c.Sidecar = Sidecar{AppID: "orders"} }),
		"a refresh was closed": with(refused(KindClosed, "not connected"), away),
	} {
		if got := Preflight(c); len(got) != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestPreflight has for every rule cases in which it speaks, with what it must
// say, and cases in which it must not.
func TestPreflight(t *testing.T) {
	for rule, test := range map[Rule]struct {
		severity Severity
		speaks   map[string]SidecarCase // by a part of the title
		silent   map[string]SidecarCase
	}{
		RuleUnreachable: {
			Critical,
			map[string]SidecarCase{
				"Nothing answers at here:1":  with(away, unknown, refused(KindUnavailable, "nothing answers at here:1")),
				"No answer within 5s":        with(away, refused(KindDeadline, "no answer within 5s")),
				"here:1 does not answer":     with(away, refused(KindUnavailable, "here:1 does not answer")),
				"The sidecar answered: what": with(away, refused(KindOther, "the sidecar answered: what")),
				"An error without a kind":    with(away, func(c *SidecarCase) { c.Err = errors.New("an error without a kind") }),
			},
			map[string]SidecarCase{
				"connected": with(refused(KindDeadline, "x")), "token": with(away, refused(KindUnauthenticated, "x")),
				"wrong port": with(away, refused(KindWrongPort, "x")), "connecting": with(away, unknown),
			},
		},
		RuleToken: {
			Critical,
			map[string]SidecarCase{"The sidecar asks for an API token": with(away, unknown, refused(KindUnauthenticated, "the sidecar asks for an API token"))},
			map[string]SidecarCase{"unreachable": with(away, refused(KindUnavailable, "x"))},
		},
		RuleUnencrypted: {
			Warning,
			map[string]SidecarCase{"The API token is sent unencrypted": with(func(c *SidecarCase) { c.Sidecar.Door.PlainToken = true })},
			map[string]SidecarCase{"TLS, or no token": healthy()},
		},
		RuleTokenFile: {
			Warning,
			map[string]SidecarCase{"Other users of this machine can read": with(func(c *SidecarCase) { c.Sidecar.Door = Door{TokenFile: "/a", TokenMode: "-rw-r--r--"} })},
			map[string]SidecarCase{"its owner's": healthy()},
		},
		RuleCertificate: {
			Critical,
			map[string]SidecarCase{"The certificate has expired": with(away, unknown, refused(KindUntrusted, "the certificate has expired"))},
			map[string]SidecarCase{"TLS": with(away, refused(KindTLS, "x")), "token": with(away, refused(KindUnauthenticated, "x"))},
		},
		RuleTLS: {
			Critical,
			map[string]SidecarCase{"here:1 speaks TLS": with(away, unknown, refused(KindTLS, "here:1 speaks TLS"))},
			map[string]SidecarCase{"certificate": with(away, refused(KindUntrusted, "x")), "wrong port": with(away, refused(KindWrongPort, "x"))},
		},
		RuleWrongPort: {
			Critical,
			map[string]SidecarCase{"here:1 is the metrics port": with(away, unknown, refused(KindWrongPort, "here:1 is the metrics port"))},
			map[string]SidecarCase{"TLS": with(away, refused(KindTLS, "x")), "old": with(refused(KindOldRuntime, "x"))},
		},
		RuleNoStore: {
			Critical,
			map[string]SidecarCase{"The sidecar has no state store for workflows": with(refused(KindNoStateStore, "x"))},
			map[string]SidecarCase{
				"cannot list": with(refused(KindCannotList, "x")),
				// Two stores may be it: the runtime knows which.
				"two stores": with(func(c *SidecarCase) { c.Sidecar.StateStore, c.Sidecar.StoreName, c.Sidecar.StoreType = "", "", "" }),
			},
		},
		RuleBars: {
			Critical,
			map[string]SidecarCase{"The instance a||b breaks every listing": with(func(c *SidecarCase) {
				c.Err = &Error{Kind: KindPoisoned, Message: "x", ID: "a||b"}
			})},
			map[string]SidecarCase{"another ID": with(func(c *SidecarCase) { c.Err = &Error{Kind: KindNotFound, Message: "x", ID: "a||b"} })},
		},
		RuleCannotList: {
			Warning,
			map[string]SidecarCase{
				"The state store dyn (state.aws.dynamodb) can hold workflows but cannot list them": with(refused(KindCannotList, "x"), func(c *SidecarCase) {
					c.Sidecar.StateStore, c.Sidecar.StoreType, c.Sidecar.CanList = "dyn (state.aws.dynamodb)", "state.aws.dynamodb", false
				}),
				"The state store can hold":                           with(refused(KindCannotList, "x"), unknown),
				"The state store statestore (state.sqlite) can hold": with(func(c *SidecarCase) { c.Sidecar.CanList = false }),
			},
			map[string]SidecarCase{
				"too old to say": with(runtime("1.16.0"), func(c *SidecarCase) { c.Sidecar.CanList = false }),
				"poisoned":       with(refused(KindPoisoned, "x"), func(c *SidecarCase) { c.Sidecar.CanList = false }),
				"away":           with(away, func(c *SidecarCase) { c.Sidecar.CanList = false }),
				"not known":      with(func(c *SidecarCase) { c.Sidecar.StoreType, c.Sidecar.CanList = "", false }),
			},
		},
		RuleOldRuntime: {
			Warning,
			map[string]SidecarCase{
				"Runtime 1.16.9 cannot list instances: it is older than 1.17": with(runtime("1.16.9")),
				"This runtime cannot list instances":                          with(refused(KindOldRuntime, "x"), runtime("edge")),
			},
			map[string]SidecarCase{
				"1.17": with(runtime("1.17.0")), "edge": with(runtime("edge")), "release candidate": with(runtime("1.16.0-rc.1")),
				"away": with(away, runtime("1.16.9")),
			},
		},
		RuleWorkers: {
			Warning,
			map[string]SidecarCase{
				"No worker is connected": with(func(c *SidecarCase) { c.Sidecar.Workers = 0 }),
				// While one ID breaks the listing, all else goes on.
				"No worker is connected to this": with(refused(KindPoisoned, "x"), func(c *SidecarCase) { c.Sidecar.Workers = 0 }),
			},
			map[string]SidecarCase{
				"does not say": with(func(c *SidecarCase) { c.Sidecar.Workers, c.Sidecar.WorkersKnown = 0, false }),
				"away":         with(away, func(c *SidecarCase) { c.Sidecar.Workers = 0 }),
				"no store":     with(refused(KindNoStateStore, "x"), func(c *SidecarCase) { c.Sidecar.Workers = 0 }),
				"never asked":  with(unknown),
			},
		},
		RuleScheduler: {
			Warning,
			map[string]SidecarCase{"The sidecar has met no scheduler service": with(func(c *SidecarCase) { c.Sidecar.Schedulers = nil })},
			map[string]SidecarCase{
				"too old to say":   with(runtime("1.15.0"), func(c *SidecarCase) { c.Sidecar.Schedulers = nil }),
				"an unknown build": with(runtime("edge"), func(c *SidecarCase) { c.Sidecar.Schedulers = nil }),
				"away":             with(away, func(c *SidecarCase) { c.Sidecar.Schedulers = nil }),
				"no store anyway":  with(refused(KindNoStateStore, "x"), func(c *SidecarCase) { c.Sidecar.Schedulers = nil }),
			},
		},
		RuleListing: {
			Warning,
			map[string]SidecarCase{"The state store is busy": with(refused(KindBusy, "the state store is busy"))},
			map[string]SidecarCase{"away": with(away, refused(KindBusy, "x")), "poisoned": with(refused(KindPoisoned, "x"))},
		},
		RuleSlow: {
			Info,
			map[string]SidecarCase{"The sidecar took 1.23s": with(func(c *SidecarCase) { c.Sidecar.Took = 1234 * time.Millisecond })},
			map[string]SidecarCase{
				"quick": with(func(c *SidecarCase) { c.Sidecar.Took = SlowAnswer - 1 }),
				"away":  with(away, func(c *SidecarCase) { c.Sidecar.Took = time.Minute }),
			},
		},
		RuleNamesake: {
			Warning,
			map[string]SidecarCase{
				"Another app seems to have the ID orders": with(other(func(s *Sidecar) { s.Schedulers = []string{"127.0.0.1:50106"} })),
				"Another app": with(other(func(s *Sidecar) { s.StateStore = "statestore (state.redis)" })),
			},
			map[string]SidecarCase{
				"replica":        with(other(func(s *Sidecar) { s.Address = "127.0.0.1:50101" })),
				"a scheduler on": with(other(func(s *Sidecar) { s.Schedulers = append(s.Schedulers, "127.0.0.1:50106") })),
				"says nothing":   with(other(func(s *Sidecar) { s.Schedulers, s.StateStore = nil, "" })),
				"away":           with(other(func(s *Sidecar) { s.Schedulers = []string{"127.0.0.1:50106"} }), away),
			},
		},
		RuleRuntimeFault: {
			Info,
			map[string]SidecarCase{"A forced purge of an instance that is gone": with(runtime("1.18.3"))},
			map[string]SidecarCase{"newer": with(runtime("1.20.0")), "edge": with(runtime("edge")), "never asked": with(unknown)},
		},
	} {
		for title, c := range test.speaks {
			f, ok := speaks(rule, c)
			if !ok || !strings.HasPrefix(f.Title, title) {
				t.Errorf("%s: %q, want %q", rule, f.Title, title)
				continue
			}
			if f.Severity != test.severity || f.Event != -1 || strings.HasSuffix(f.Title, ".") || !strings.HasSuffix(f.Remedy, ".") || strings.Contains(f.Remedy, "..") {
				t.Errorf("%s: %+v", rule, f)
			}
		}
		for name, c := range test.silent {
			if f, ok := speaks(rule, c); ok {
				t.Errorf("%s speaks although %s: %+v", rule, name, f)
			}
		}
	}
}

func TestPlacementAsASidecarSees(t *testing.T) {
	actors := func(s ActorStatus, ready bool) func(*SidecarCase) {
		return func(c *SidecarCase) {
			c.Sidecar.ActorStatus, c.Sidecar.ActorsReady, c.Sidecar.Placement = s, ready, "placement: disconnected"
		}
	}
	for _, c := range []struct {
		status   ActorStatus
		title    string
		severity Severity
	}{
		{ActorsDisabled, "The actor runtime is disabled", Critical},
		{ActorsStarting, "The actor runtime has not started", Warning},
		{ActorsRunning, "The placement service is not connected", Warning},
	} {
		f, ok := speaks(RulePlacement, with(actors(c.status, false)))
		if !ok || !strings.HasPrefix(f.Title, c.title) || f.Severity != c.severity || f.Evidence != "The sidecar says: placement: disconnected." {
			t.Errorf("%s: %+v", c.status, f)
		}
		for name, silent := range map[string]func(*SidecarCase){"away": away, "no store": refused(KindNoStateStore, "x")} {
			if f, ok := speaks(RulePlacement, with(actors(c.status, false), silent)); ok {
				t.Errorf("%s, %s: %+v", c.status, name, f)
			}
		}
	}
	for _, s := range []ActorStatus{ActorsUnknown, ActorsRunning} {
		if f, ok := speaks(RulePlacement, with(actors(s, s == ActorsRunning))); ok {
			t.Errorf("%s: %+v", s, f)
		}
	}
}

// TestTheWorstComesFirst, and the cure and the proof come along.
func TestTheWorstComesFirst(t *testing.T) {
	c := with(runtime("1.18.0"), func(c *SidecarCase) {
		c.Sidecar.Workers, c.Sidecar.Took = 0, time.Second
		c.Err = &Error{Kind: KindPoisoned, Message: "x", ID: "a\x1b[31m||b", Detail: "invalid key format"}
	})
	found := Preflight(c)
	if !slices.IsSortedFunc(found, func(a, b Finding) int { return int(a.Severity) - int(b.Severity) }) {
		t.Errorf("order: %+v", found)
	}
	first := found[0]
	if first.Rule != RuleBars || first.Purge != "a\x1b[31m||b" || first.Evidence != "invalid key format" || strings.ContainsRune(first.Title, '\x1b') {
		t.Errorf("first: %+v", first)
	}
	if f, _ := speaks(RuleBars, with(refused(KindPoisoned, "x"))); f.Purge != "" || !strings.Contains(f.Remedy, "does not say which") {
		t.Errorf("an ID that is not known: %+v", f)
	}
}

func TestWithoutAStoreItSaysWhichOneCouldBeIt(t *testing.T) {
	for want, stores := range map[string][]StateStore{
		"It has no state store at all.":                                       nil,
		"It has a (state.x), but nothing says that workflows are kept there.": {{"a", "state.x", true, true}, {"b", "state.y", false, false}},
		"It has b (state.y), which cannot hold actors.":                       {{"b", "state.y", false, false}},
	} {
		f, _ := speaks(RuleNoStore, with(refused(KindNoStateStore, "x"), func(c *SidecarCase) { c.Sidecar.Stores = stores }))
		if f.Evidence != want+" Calls made so far: GetMetadata 2, ListInstanceIDs 1." || !strings.Contains(f.Remedy, `actorStateStore: "true"`) {
			t.Errorf("%+v", f)
		}
	}
}

// TestTheClientKnowsBetter: the remedy of the error comes before that of the rule.
func TestTheClientKnowsBetter(t *testing.T) {
	c := with(away, func(c *SidecarCase) {
		c.Err = &Error{Kind: KindWrongPort, Message: "x", Remedy: "Turn it\nround.", Detail: strings.Repeat("long ", 200)}
	})
	f, ok := speaks(RuleWrongPort, c)
	if !ok || f.Remedy != "Turn it round." || len(f.Evidence) > 2*maxQuote+4 {
		t.Errorf("%+v", f)
	}
}

func TestSameSidecar(t *testing.T) {
	a, b := healthy().Sidecar, healthy().Sidecar
	if b.Took = time.Hour; !a.Same(b) {
		t.Error("the time that it took makes a difference")
	}
	if b.Schedulers = []string{"other"}; a.Same(b) {
		t.Error("another scheduler makes none")
	}
}
