package model

import (
	"container/list"
	"context"
	"maps"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// What an instance waits on stands in its history, and that is a call for
// each. So it is read for live rows on the screen only, at most once an
// interval, and never again as long as the row has not been updated: each
// event of a history moves the row's last update.
const (
	// maxNoted is how many instances keep what their history told. One takes
	// about a kilobyte.
	maxNoted = 4000
	// notesAtOnce is how many calls are in flight at most.
	notesAtOnce = 4
	// notesFor is for how long one command begins new calls before it shows
	// what it has got.
	notesFor = 400 * time.Millisecond
	// noteRetry is how long an instance whose history could not be read is left
	// alone.
	noteRetry = 30 * time.Second
	// restBeforeNotes is how long the window must rest: scrolling costs the
	// sidecar nothing.
	restBeforeNotes = 150 * time.Millisecond
	// maxRaised is how many names of events are kept of one instance.
	maxRaised = 20
)

// noted is what a history told, without any payload.
type noted struct {
	key      workflow.Key
	note     ui.Note
	findings []workflow.Finding
	// workflow is the workflow's name, and raised the names of the external
	// events that it was sent.
	workflow string
	raised   []string
	// executionID is that of the run, and parent its parent, which counts when
	// started is set.
	executionID string
	started     bool
	parent      string
	// worker is the SDK that wrote the history.
	worker workflow.Worker
	// upTo is the last update of the row that the history is as new as.
	upTo time.Time
	// asked is when it was read, by the console's clock.
	asked time.Time
	err   error
}

// notes are what the histories told of the instances seen last. They belong to
// the update loop; where another app comes in the place of the only one they are
// made anew, and what is under way for the old ones is dropped.
type notes struct {
	order *list.List // of *noted, the one used last in front
	at    map[workflow.Key]*list.Element

	stop    context.CancelFunc
	reading bool
	// resting is set while a window waits to come to rest; window is that one.
	resting bool
	window  uint32
	// none has the apps whose runtime has no histories to give; hidden is set
	// while the list shows no notes because no app has any.
	none   map[string]bool
	hidden bool
}

func newNotes() *notes {
	return &notes{order: list.New(), at: map[workflow.Key]*list.Element{}, none: map[string]bool{}}
}

func (n *notes) of(key workflow.Key) (*noted, bool) {
	e, ok := n.at[key]
	if !ok {
		return nil, false
	}
	return e.Value.(*noted), true //nolint:forcetypeassert // put puts nothing else
}

// note is what the list draws.
func (n *notes) note(key workflow.Key) (ui.Note, bool) {
	x, ok := n.of(key)
	if !ok || x.upTo.IsZero() && x.err != nil {
		return ui.Note{}, false
	}
	return x.note, true
}

// put takes in what a history told. A read that failed keeps what was known.
func (n *notes) put(x *noted) {
	e, ok := n.at[x.key]
	if ok && x.err != nil {
		old := *e.Value.(*noted) //nolint:forcetypeassert // put puts nothing else
		old.asked, old.err = x.asked, x.err
		x = &old
	}
	if !ok {
		e = n.order.PushFront(x)
		n.at[x.key] = e
	}
	e.Value = x
	n.order.MoveToFront(e)
	if n.order.Len() > maxNoted {
		last := n.order.Back()
		n.order.Remove(last)
		delete(n.at, last.Value.(*noted).key) //nolint:forcetypeassert // put puts nothing else
	}
}

// drop forgets what histories told of some instances, and which of their apps
// have none to give.
func (n *notes) drop(about func(workflow.Key) bool) {
	for key, e := range n.at {
		if about(key) {
			n.order.Remove(e)
			delete(n.at, key)
		}
	}
	maps.DeleteFunc(n.none, func(app string, _ bool) bool { return about(workflow.Key{AppID: app}) })
}

// due reports whether the history of a row should be read now.
func (n *notes) due(row *workflow.Instance, now time.Time, interval time.Duration) bool {
	switch row.Status { //nolint:exhaustive // the others are live and have a history
	case workflow.Pending, workflow.Unknown:
		return false // no history yet, or no instance to speak of
	}
	if row.Status.Terminal() || row.Missing {
		return false
	}
	x, ok := n.of(row.Key)
	switch {
	case !ok:
		return true
	case x.err != nil:
		return now.Sub(x.asked) >= max(noteRetry, interval)
	}
	return now.Sub(x.asked) >= interval && row.Updated.After(x.upTo)
}

// eventNames are the names of external events that instances of an app's
// workflow were sent, the most usual first, as far as histories were read.
func (n *notes) eventNames(app, name string) []string {
	if name == "" {
		return nil
	}
	var c tally
	for e := n.order.Front(); e != nil; e = e.Next() {
		if x := e.Value.(*noted); x.workflow == name && x.key.AppID == app { //nolint:forcetypeassert // put puts nothing else
			c.add(x.raised)
		}
	}
	return c.usual()
}

// workerOf is the SDK that the histories of an app's workflow tell: the surest
// one of those that agree, nothing where they do not.
func (n *notes) workerOf(app, name string) workflow.Worker {
	var best workflow.Worker
	for e := n.order.Front(); e != nil; e = e.Next() {
		x := e.Value.(*noted) //nolint:forcetypeassert // put puts nothing else
		if x.key.AppID != app || name != "" && x.workflow != name || x.worker.SDK == workflow.SDKUnknown {
			continue
		}
		if best.SDK != workflow.SDKUnknown && x.worker.SDK != best.SDK {
			return workflow.Worker{}
		}
		if x.worker.Sure > best.Sure || best.Version == "" {
			best = x.worker
		}
	}
	return best
}

// notesMsg brings what was read; of is what asked for it.
type notesMsg struct {
	of   *notes
	read []*noted
}

// notesDueMsg says that a window may have come to rest.
type notesDueMsg struct {
	of     *notes
	window uint32
}

// windowMoved has what is new on the screen read once it rests.
func (m *Model) windowMoved() tea.Cmd {
	n := m.notes
	window := uint32(m.list.Version() & 0xffffffff)
	if n.resting || window == n.window {
		return nil
	}
	n.resting, n.window = true, window
	return m.cfg.After(restBeforeNotes, func(time.Time) tea.Msg { return notesDueMsg{n, window} })
}

// windowRests reads, unless the window has gone on.
func (m *Model) windowRests(msg notesDueMsg) tea.Cmd {
	if msg.of != m.notes {
		return nil
	}
	m.notes.resting = false
	if cmd := m.windowMoved(); cmd != nil {
		return cmd
	}
	return m.readNotes()
}

// mayReadNotes reports whether rows are on the screen, and nobody has stopped
// reading.
func (m *Model) mayReadNotes() bool {
	return !m.held && !m.layout.TooSmall && (m.layout.Wide || !m.detailOpen)
}

// readsHistories reports whether the sidecar of an app has histories to give,
// and time for it: it is there, and the first load is done.
func (m *Model) readsHistories(app string) bool { return m.upToDate(app) && !m.notes.none[app] }

// anyHistories reports whether any app's runtime has histories to give, as far
// as is known.
func (m *Model) anyHistories() bool {
	answered := false
	for i := range m.snap.Apps {
		id := m.snap.Apps[i].ID()
		if id != "" && !m.notes.none[id] {
			return true
		}
		answered = answered || id != ""
	}
	return !answered
}

// showNotes has the list tell what instances wait on as long as that can be
// known of any.
func (m *Model) showNotes() {
	n, hidden := m.notes, !m.anyHistories()
	if n.hidden == hidden {
		return
	}
	n.hidden = hidden
	if hidden {
		m.list.SetNotes(nil)
		return
	}
	m.list.SetNotes(n.note)
}

// noteInterval is the least time between two reads of one history.
func (m *Model) noteInterval() time.Duration { return max(m.options.Interval, time.Second) }

// readNotes reads the histories of rows on the screen that need it, unless it
// does already. The instance in the detail is read there.
func (m *Model) readNotes() tea.Cmd {
	n, now := m.notes, m.cfg.Now()
	if n.reading || n.resting || !m.mayReadNotes() || !m.list.ShowsWaits() {
		return nil
	}
	var cases []workflow.Case
	for _, row := range m.list.Window() {
		if m.readsHistories(row.AppID) && n.due(row, now, m.noteInterval()) && (row.Key != m.shown.key || !m.detailVisible()) {
			cases = append(cases, m.caseOf(*row))
		}
	}
	if len(cases) == 0 {
		return nil
	}
	n.reading = true
	var ctx context.Context
	ctx, n.stop = context.WithCancel(m.ctx)
	r := m.noteReader(cases)
	return func() tea.Msg { return notesMsg{n, r.run(ctx)} }
}

func (m *Model) noteReader(cases []workflow.Case) *noteReader {
	return &noteReader{client: m.cfg.Client, timeout: m.cfg.ReadTimeout, now: m.cfg.Now, until: m.cfg.Now().Add(notesFor), rows: m.snap.Instances, cases: cases}
}

// tookNotes takes in what was read.
func (m *Model) tookNotes(msg notesMsg) tea.Cmd {
	if msg.of != m.notes {
		return nil
	}
	m.notes.stop()
	m.notes.reading = false
	for _, x := range msg.read {
		m.takeNote(x)
	}
	return m.readNotes() // what there was no time for
}

func (m *Model) takeNote(x *noted) {
	if workflow.KindOf(x.err) == workflow.KindOldRuntime && x.err != nil {
		m.notes.none[x.key.AppID] = true
		m.showNotes()
		return
	}
	m.notes.put(x)
	if x.started {
		m.parents.learn(x.key, x.parent) // the filter need not ask
	}
}

// voidNotes forgets everything: another app answers.
func (m *Model) voidNotes() {
	if m.notes.stop != nil {
		m.notes.stop()
	}
	m.notes = newNotes()
	m.list.SetNotes(m.notes.note)
	m.firstSeen, m.terminated, m.resumed = nil, sentCalls{}, sentCalls{}
	m.looks = map[workflow.Key]lastLook{}
	m.reruns = map[workflow.Key]workflow.Key{}
}

// voidNotesOf forgets what belonged to apps that are gone.
func (m *Model) voidNotesOf(about func(workflow.Key) bool) {
	m.notes.drop(about)
	gone := func(key workflow.Key, _ sentCall) bool { return about(key) }
	maps.DeleteFunc(m.terminated, gone)
	maps.DeleteFunc(m.resumed, gone)
	maps.DeleteFunc(m.looks, func(key workflow.Key, _ lastLook) bool { return about(key) })
	m.firstSeen = maps.Clone(m.firstSeen) // others may read the old one
	maps.DeleteFunc(m.firstSeen, func(key workflow.Key, _ time.Time) bool { return about(key) })
}
