package model

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// flight is one action from the moment its form was sent until its effect has
// been seen, or given up on.
type flight struct {
	id  uint64
	act *action
	t   target
	req request
	// sentAt is when the call went out; outcomes count from it.
	sentAt time.Time
	base   facts
	newID  string
	// answered is set when the call has returned; unconfirmed when it returned
	// only because its deadline passed, or the connection broke.
	answered    bool
	unconfirmed bool
	// waiting is set once the log has said that the effect is slow to show.
	waiting bool
	looks   int
}

const (
	// lookFor is how long an effect is looked for; after it the log says that
	// none was seen.
	lookFor = 10 * time.Minute
	// slowLook is between two looks once the first seconds have passed.
	slowLook = 3 * time.Second
)

// lookAfter is the pause before look n, counted from 0: at once, then doubling
// from 60 ms up to slowLook.
func lookAfter(n int) time.Duration {
	if n == 0 {
		return 0
	}
	return min(slowLook, 60*time.Millisecond<<min(n-1, 10))
}

// sendResult is how a call ended.
type sendResult struct {
	base   facts
	sentAt time.Time
	newID  string
	// refused says why nothing was sent, in the words that follow the label.
	refused string
	// replaces is set when the ID of a start belongs to an instance that has
	// ended: the runtime would replace its history without a word.
	replaces workflow.Status
	replaced run
	// ask is set when what was read before the call is not what the form showed:
	// nothing was sent.
	ask *askAgain
	// unread is why the look before the call failed: nothing was sent.
	unread error
	err    error
}

// launch sends an action; its form has been read.
func (m *Model) launch(act *action, t target, r request) tea.Cmd {
	m.lastFlight++
	f := &flight{id: m.lastFlight, act: act, t: t, req: r, sentAt: m.cfg.Now()}
	m.flights[f.id] = f
	m.record(entry{id: f.id, at: f.sentAt, kind: ui.NoticeBusy, text: act.doing + " " + m.subject(f) + "…"})
	return m.sendCmd(*f)
}

// subject is what a notice calls the instance.
func (m *Model) subject(f *flight) string {
	return m.named(m.subjectAlone(f), f.t.key.AppID)
}

// subjectAlone is the instance's label; a start names what it starts.
func (m *Model) subjectAlone(f *flight) string {
	switch {
	case f.act.needsTarget:
		return f.t.label
	case f.newID != "":
		return workflow.SpellID(f.newID)
	case f.req.start.InstanceID != "":
		return workflow.SpellID(f.req.start.InstanceID)
	}
	return workflow.Clean(f.req.start.Workflow)
}

func (m *Model) sendCmd(f flight) tea.Cmd {
	client, now, parent := m.cfg.Client, m.cfg.Now, m.ctx
	read, act, log := m.cfg.ReadTimeout, m.cfg.ActionTimeout, m.cfg.Logger
	return func() tea.Msg {
		return sentMsg{f.id, send(parent, client, now, read, act, log, f)}
	}
}

// send reads the instance once more, checks that the action still makes sense,
// writes to the log that it sends it, and calls.
func send(parent context.Context, c Client, now func() time.Time, read, act time.Duration, log *slog.Logger, f flight) sendResult {
	before := baseline(parent, c, read, f)
	res := sendResult{base: before.facts, sentAt: now()}
	switch {
	case before.err != nil:
		res.unread = before.err
		return res
	case f.act.needsTarget && !before.found:
		res.refused = "no such instance exists any more"
		return res
	case !f.act.needsTarget && before.found && before.facts.status.Terminal() && !f.req.replace:
		res.replaces, res.replaced = before.facts.status, runOf(before.row, before.facts)
		return res
	case f.act.needsTarget:
		if why := f.act.refuse(before.facts); why != "" {
			res.refused = why
			return res
		}
	}
	if res.ask = question(&f, before); res.ask != nil {
		return res
	}
	ctx, cancel := context.WithTimeout(parent, act)
	defer cancel()
	res.sentAt = now()
	logAction(log, &f, outcomeSent, 0) // before the call: nothing after it is certain to run
	res.newID, res.err = f.act.send(ctx, c, f.t, before.facts, f.req)
	return res
}

// baseline is the look before the call that every proof compares with. A start
// without an ID has nothing to compare with.
func baseline(parent context.Context, c Client, read time.Duration, f flight) sighting {
	key := f.t.key
	if !f.act.needsTarget {
		if f.req.start.InstanceID == "" {
			return sighting{}
		}
		key.InstanceID = f.req.start.InstanceID
	}
	ctx, cancel := context.WithTimeout(parent, read)
	defer cancel()
	return look(ctx, c, key, f.req.raise.Event)
}

// sent takes in how the call ended.
func (m *Model) sent(msg sentMsg) tea.Cmd {
	f := m.flights[msg.id]
	if f == nil {
		return nil
	}
	r := msg.result
	f.base, f.newID, f.answered, f.sentAt = r.base, r.newID, true, r.sentAt
	if r.replaces == workflow.Unknown && r.refused == "" && r.ask == nil && r.unread == nil && (r.err == nil || maybeSent(r.err)) {
		m.rememberSent(f)
	}
	switch {
	case r.replaces != workflow.Unknown:
		m.drop(f)
		return m.askReplace(f, r.replaces, r.replaced)
	case r.ask != nil:
		m.logOutcome(f, "not sent")
		m.drop(f)
		return m.askOnceMore(f, r.ask)
	case r.refused != "":
		return m.land(f, ui.NoticeWarn, "not sent", fmt.Sprintf("not sent: %s %s: %s", f.act.name, m.subject(f), r.refused), "")
	case r.unread != nil:
		why, detail := plain(r.unread)
		return m.land(f, ui.NoticeBad, "not sent", fmt.Sprintf("not sent: %s %s: %s", f.act.name, m.subject(f), why), detail)
	case r.err == nil:
		return m.lookCmd(f)
	case maybeSent(r.err):
		return m.unconfirmed(f, r.err)
	}
	text, detail := plain(r.err)
	return m.land(f, ui.NoticeBad, "failed", fmt.Sprintf("%s %s: %s", f.act.name, m.subject(f), text), detail)
}

// maybeSent reports whether the request may have reached the runtime although
// the call failed: it may still take effect, and must not be repeated.
func maybeSent(err error) bool {
	var half *notResumedError
	if errors.As(err, &half) {
		return true
	}
	kind := workflow.KindOf(err)
	return kind == workflow.KindDeadline || kind == workflow.KindUnavailable || errors.Is(err, context.DeadlineExceeded)
}

// unconfirmed says that nobody knows yet, and goes on looking.
func (m *Model) unconfirmed(f *flight, err error) tea.Cmd {
	f.unconfirmed = true
	why, detail := plain(err)
	text := fmt.Sprintf("%s, not confirmed: %s; it may still take effect", m.sentTo(f), why)
	// Only a call that was held until its deadline says so; a broken connection
	// may have lost the request.
	if f.act.name == actionTerminate && workflow.KindOf(err) != workflow.KindUnavailable && (f.base.status == workflow.Suspended || f.base.holds > 0) &&
		f.base.worker.Does(workflow.TraitTerminateSuspended) != workflow.EndsAtOnce {
		text = fmt.Sprintf("terminate sent to %s, which is suspended: it will take effect when it is resumed (r)", m.subject(f))
	}
	var half *notResumedError
	if errors.As(err, &half) {
		text = fmt.Sprintf("terminate sent to %s, but not the resume that it waits for: %s; resume it (r)", m.subject(f), why)
	}
	m.record(entry{id: f.id, at: m.cfg.Now(), kind: ui.NoticeWarn, text: text, detail: detail})
	m.said.until = m.cfg.Now().Add(stayFor) // until it is known what came of it
	m.logOutcome(f, "not confirmed")
	return m.lookCmd(f)
}

// sentTo says that a call has left. A start goes to no instance: it names one.
func (m *Model) sentTo(f *flight) string {
	if !f.act.needsTarget {
		return "the start of " + m.subject(f) + " was sent"
	}
	return fmt.Sprintf("%s sent to %s", f.act.name, m.subject(f))
}

// proofKey is the instance in which the effect shows.
func (f *flight) proofKey() workflow.Key {
	key := f.t.key
	switch {
	case f.newID != "":
		key.InstanceID = f.newID
	case f.act.name == actionRerun:
		key.InstanceID = ""
	case !f.act.needsTarget:
		key.InstanceID = f.req.start.InstanceID
	}
	return key
}

// lookCmd waits for its turn and asks for a look.
func (m *Model) lookCmd(f *flight) tea.Cmd {
	if f.proofKey().InstanceID == "" {
		// A start that never answered has made an ID nobody knows.
		m.drop(f)
		return nil
	}
	id, after := f.id, lookAfter(f.looks)
	f.looks++
	if after == 0 {
		return m.lookNow(id)
	}
	return m.cfg.After(after, func(time.Time) tea.Msg { return lookMsg{id} })
}

// lookNow reads the instance for flight id.
func (m *Model) lookNow(id uint64) tea.Cmd {
	f := m.flights[id]
	if f == nil {
		return nil
	}
	client, parent, read := m.cfg.Client, m.ctx, m.cfg.ReadTimeout
	key, event := f.proofKey(), f.req.raise.Event
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(parent, read)
		defer cancel()
		return seenMsg{id, look(ctx, client, key, event)}
	}
}

// seen judges what a look found.
func (m *Model) seen(msg seenMsg) tea.Cmd {
	f := m.flights[msg.id]
	if f == nil {
		return nil
	}
	took := m.cfg.Now().Sub(f.sentAt)
	m.learn(f.proofKey(), msg.seen)
	if msg.seen.err == nil {
		v := f.verdict(msg.seen)
		switch v.state {
		case observed:
			if f.act.name == actionPurge {
				m.endedByPurge(f)
			}
			off := m.measureSkew(f, msg.seen)
			cmd := m.land(f, ui.NoticeGood, "observed", m.observedText(f, v, took), "")
			if off != "" {
				m.noticeBehind(off)
			}
			return cmd
		case held:
			return m.land(f, ui.NoticeWarn, "held", fmt.Sprintf("%s %s: %s", f.act.name, m.subject(f), v.text), "")
		case void:
			return m.land(f, ui.NoticeWarn, "no effect", fmt.Sprintf("%s %s: %s", f.act.name, m.subject(f), v.text), "")
		case notYet:
		}
	}
	if took > lookFor {
		return m.land(f, ui.NoticeWarn, "not observed", fmt.Sprintf("%s %s: %s no effect seen for %s", f.act.name, m.subject(f), f.accepted(), ui.Short(lookFor)), "")
	}
	if !f.unconfirmed && !f.waiting && took > slowLook {
		f.waiting = true
		m.record(entry{
			id: f.id, at: f.sentAt, kind: ui.NoticeBusy,
			text: fmt.Sprintf("%s %s: accepted, no effect seen yet; still watching", f.act.name, m.subject(f)),
		})
	}
	return m.lookCmd(f)
}

// verdict is what a look proves. Another workflow under the same ID proves
// nothing; one of the same name may have continued as new.
func (f *flight) verdict(s sighting) verdict {
	if was := f.t.run.name; f.act.needsTarget && f.act.name != actionRerun && s.found && was != "" && s.row.Name != "" && s.row.Name != was {
		return verdict{void, "the ID belongs to another run now, of " + s.row.Name + "; what came of it is not known"}
	}
	return f.act.prove(f.base, s, f.req)
}

// accepted is what is known of the call, for a sentence about its effect.
func (f *flight) accepted() string {
	if f.unconfirmed {
		return "not confirmed, and"
	}
	return "accepted, but"
}

func (m *Model) observedText(f *flight, v verdict, took time.Duration) string {
	subject := m.subject(f)
	if f.act.name == actionRerun {
		subject = f.t.label + " as " + workflow.SpellID(f.newID)
		return fmt.Sprintf("rerun %s: %s after %s", subject, v.text, ui.Precise(took))
	}
	return fmt.Sprintf("%s %s: %s after %s", f.act.done, subject, v.text, ui.Precise(took))
}

// land ends a flight with its outcome, and has the list catch up.
func (m *Model) land(f *flight, kind ui.NoticeKind, outcome, text, detail string) tea.Cmd {
	m.record(entry{id: f.id, at: m.cfg.Now(), kind: kind, text: text, detail: detail})
	m.logOutcome(f, outcome)
	m.drop(f)
	key := f.proofKey()
	if key.InstanceID != "" {
		m.cfg.Feed.Reread(key)
	}
	if f.newID != "" && outcome == "observed" {
		m.want(key)
		if f.act.name == actionRerun {
			m.reruns[f.t.key] = key
		}
	}
	return m.reloadDetail()
}

// endedByPurge ends the other actions on an instance whose purge was observed:
// nothing more will be seen of them, and saying so later would take the place of
// the purge's outcome.
func (m *Model) endedByPurge(purge *flight) {
	for _, f := range m.flights {
		if f == purge || f.proofKey() != purge.t.key || !f.answered {
			continue
		}
		m.logOutcome(f, "purged")
		m.file(entry{id: f.id, at: m.cfg.Now(), kind: ui.NoticeInfo, text: fmt.Sprintf("%s %s: %s", f.act.name, m.subject(f), gone().text)})
		m.drop(f)
	}
}

func (m *Model) drop(f *flight) { delete(m.flights, f.id) }

func (m *Model) logOutcome(f *flight, outcome string) {
	logAction(m.cfg.Logger, f, outcome, m.cfg.Now().Sub(f.sentAt))
}

// voidFlights ends what was under way for apps that are no longer there; with
// about nil that is all of it.
func (m *Model) voidFlights(about func(workflow.Key) bool) {
	for _, f := range m.flights {
		if about != nil && !about(f.t.key) {
			continue
		}
		m.logOutcome(f, "void")
		m.record(entry{
			id: f.id, at: m.cfg.Now(), kind: ui.NoticeWarn,
			text: fmt.Sprintf("%s %s: its app is no longer there; what came of it is unknown", f.act.name, m.subject(f)),
		})
		m.drop(f)
	}
}

// inFlight returns how many actions have neither been answered and seen nor
// said to be slow: those whose outcome quitting now would hide.
func (m *Model) inFlight() int {
	n := 0
	for _, f := range m.flights {
		if !f.answered || !f.unconfirmed && !f.waiting {
			n++
		}
	}
	return n
}
