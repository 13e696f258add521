package workflow

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The rules of the preflight.
const (
	RuleUnreachable  Rule = "not reachable"
	RuleToken        Rule = "API token"
	RuleCertificate  Rule = "certificate"
	RuleTLS          Rule = "TLS"
	RuleUnencrypted  Rule = "sent unencrypted"
	RuleTokenFile    Rule = "token file"
	RuleWrongPort    Rule = "wrong port"
	RuleNoStore      Rule = "no actor state store"
	RuleBars         Rule = "ID breaks the listing"
	RuleCannotList   Rule = "store cannot list"
	RuleOldRuntime   Rule = "old runtime"
	RuleWorkers      Rule = "no worker connected"
	RulePlacement    Rule = "placement"
	RuleScheduler    Rule = "scheduler"
	RuleListing      Rule = "listing fails"
	RuleSlow         Rule = "slow answers"
	RuleNamesake     Rule = "another app of this ID"
	RuleOrphan       Rule = "left behind"
	RuleRuntimeFault Rule = "runtime fault"
	RuleClock        Rule = "clock"
)

// SlowAnswer is how long a sidecar may take to say who it is before that is
// pointed out. On one machine it takes a millisecond, over a tunnel to the other
// side of the world a third of a second.
const SlowAnswer = 500 * time.Millisecond

// SidecarCase is all that is known of a sidecar when it is looked at.
type SidecarCase struct {
	// Address is where it is looked for, as the user would type it.
	Address string
	// Sidecar is what it said last; without an AppID it has said nothing yet.
	Sidecar Sidecar
	// Connected says that there is a connection now, or that the sidecar
	// answers on it but refuses to list.
	Connected bool
	// Err is why there is no connection, why the listing is refused, or why
	// the last refresh was not complete; Since is when that began, zero where
	// it is not known.
	Err   error
	Since time.Time
	// Calls are the calls made so far, by the method's short name.
	Calls map[string]int
	// Others are what the other sidecars of the same app ID said.
	Others []Sidecar
	// Orphan says that the process that started the sidecar has ended, and Origin
	// where the sidecar was found. Younger is the address of another sidecar of the
	// app that runs with its parent, empty for none.
	Orphan          bool
	Origin, Younger string
	// Now is the console's clock, and Skew how far the sidecar's is ahead of it,
	// as far as is known.
	Now  time.Time
	Skew time.Duration
}

// Preflight says what is wrong with a sidecar, or odd about it, the worst
// first. What is not known it does not say.
func Preflight(c SidecarCase) []Finding {
	p := preflight{SidecarCase: c}
	if !errors.As(c.Err, &p.err) && c.Err != nil {
		p.err = &Error{Message: c.Err.Error(), Err: c.Err}
	}
	p.told = c.Connected && c.Sidecar.AppID != ""
	for _, rule := range []func(){
		p.door, p.plainToken, p.tokenFile, p.unreachable, p.wrongPort, p.noStore, p.bars, p.cannotList, p.oldRuntime,
		p.workers, p.placement, p.scheduler, p.listing, p.slow, p.clock, p.namesake, p.orphan, p.runtimeFaults,
	} {
		rule()
	}
	slices.SortStableFunc(p.out, func(a, b Finding) int { return int(a.Severity) - int(b.Severity) })
	return p.out
}

// preflight is the state of Preflight.
type preflight struct {
	SidecarCase
	// err is nil when all is well.
	err *Error
	// told says that what the sidecar said of itself counts now.
	told bool
	out  []Finding
}

// is reports whether there is an error of one of the kinds.
func (p *preflight) is(kinds ...ErrorKind) bool {
	return p.err != nil && slices.Contains(kinds, p.err.Kind)
}

// find adds a finding about the sidecar as it is now.
func (p *preflight) find(f Finding) {
	f.Event = -1
	for _, s := range []*string{&f.Title, &f.Evidence, &f.Remedy} {
		*s = Clean(*s)
	}
	p.out = append(p.out, f)
}

// failed adds a finding that rests on the error.
func (p *preflight) failed(rule Rule, severity Severity, remedy string) {
	if p.err.Remedy != "" {
		remedy = p.err.Remedy
	}
	p.find(Finding{Rule: rule, Severity: severity, Title: sentence(p.err.Message), Evidence: p.evidence(), Remedy: remedy, Since: p.Since})
}

// evidence is what the server, or the system, said itself.
func (p *preflight) evidence() string {
	said := strings.TrimSpace(Clean(Shorten(p.err.Detail, 4*maxQuote)))
	if short := Shorten(said, 2*maxQuote); len(short) < len(said) {
		said = short + "…"
	}
	if strings.EqualFold(said, p.err.Message) {
		return ""
	}
	return said
}

// sentence begins a message with a capital, where its first word is one of ours
// and not an address.
func sentence(s string) string {
	word, _, _ := strings.Cut(s, " ")
	if word == "" || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// sent writes what the calls prove, for those who must know that nothing else
// was sent.
func (p *preflight) sent() string {
	if len(p.Calls) == 0 {
		return ""
	}
	var names []string
	for name, n := range p.Calls {
		names = append(names, fmt.Sprintf("%s %s", Clean(name), count(n)))
	}
	slices.Sort(names)
	return "Calls made so far: " + strings.Join(names, ", ") + "."
}
