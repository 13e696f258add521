package model

import (
	"container/list"
	"context"
	"strings"
	"sync"
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
	// upTo is the last update of the row that the history is as new as.
	upTo time.Time
	// asked is when it was read, by the console's clock.
	asked time.Time
	err   error
}

// notes are what the histories told of the instances seen last. They belong to
// the update loop; with another app at the address they are made anew, and what
// is under way for the old ones is dropped.
type notes struct {
	order *list.List // of *noted, the one used last in front
	at    map[workflow.Key]*list.Element

	stop    context.CancelFunc
	reading bool
	// resting is set while a window waits to come to rest; window is that one.
	resting bool
	window  uint32
	// none has the apps whose runtime has no histories to give.
	none map[string]bool
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

// eventNames are the names of external events that instances of a workflow were
// sent, the most usual first, as far as histories were read.
func (n *notes) eventNames(name string) []string {
	if name == "" {
		return nil
	}
	var c tally
	for e := n.order.Front(); e != nil; e = e.Next() {
		if x := e.Value.(*noted); x.workflow == name { //nolint:forcetypeassert // put puts nothing else
			c.add(x.raised)
		}
	}
	return c.usual()
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

// anyHistories reports whether any app's runtime has histories to give.
func (m *Model) anyHistories() bool {
	for i := range m.snap.Apps {
		if !m.notes.none[m.snap.Apps[i].ID()] {
			return true
		}
	}
	return false
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
		if !m.anyHistories() {
			m.list.SetNotes(nil)
		}
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
	m.firstSeen, m.terminated = nil, map[workflow.Key]sentTerminate{}
	m.reruns = map[workflow.Key]workflow.Key{}
}

// noteReader reads histories within one command.
type noteReader struct {
	client  Client
	timeout time.Duration
	now     func() time.Time
	until   time.Time
	rows    []*workflow.Instance

	mu    sync.Mutex
	cases []workflow.Case
	read  []*noted
}

// run reads with a few calls at once until all is read, or it has gone on for
// long enough, or ctx ends. It waits for its last calls.
func (r *noteReader) run(ctx context.Context) []*noted {
	var all sync.WaitGroup
	for range min(notesAtOnce, len(r.cases)) {
		all.Go(func() {
			for ctx.Err() == nil && r.now().Before(r.until) {
				c, ok := r.next()
				if !ok {
					return
				}
				x := r.one(ctx, c)
				if ctx.Err() != nil {
					return // the end of a call that was ended says nothing
				}
				r.mu.Lock()
				r.read = append(r.read, x)
				r.mu.Unlock()
			}
		})
	}
	all.Wait()
	return r.read
}

func (r *noteReader) next() (workflow.Case, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.cases) == 0 {
		return workflow.Case{}, false
	}
	c := r.cases[0]
	r.cases = r.cases[1:]
	return c, true
}

func (r *noteReader) one(ctx context.Context, c workflow.Case) *noted {
	call, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	asked := r.now()
	h, err := r.client.History(call, c.Instance.Key)
	if err != nil {
		return &noted{key: c.Instance.Key, asked: asked, err: err}
	}
	c.History, c.HistoryKnown = h, true
	x := judge(c, r.rows)
	x.asked = asked
	return x
}

// judge gathers what a history tells of an instance. The rows are those of all
// instances. It takes milliseconds where the history is long.
func judge(c workflow.Case, rows []*workflow.Instance) *noted {
	h := &c.History
	x := &noted{key: c.Instance.Key, workflow: c.Instance.Name, upTo: c.Instance.Updated}
	if e, ok := h.Started(); ok {
		x.started, x.executionID, x.parent = true, strings.Clone(e.ExecutionID), strings.Clone(e.ParentID)
	}
	waits := h.Waits()
	c.Row = rowsOf(waits, c.Instance.AppID, rows)
	x.findings = workflow.Diagnose(c)
	x.note = ui.Note{Waits: len(waits), Holds: h.Holds()}
	var raised tally
	for i := range h.Events {
		e := &h.Events[i]
		if e.Time.After(x.upTo) {
			x.upTo = e.Time
		}
		switch e.Type { //nolint:exhaustive // the others are none of it
		case workflow.EventRaised:
			raised.add([]string{e.Name})
		case workflow.ExecutionStalled:
			x.note.Stall = workflow.Clean(strings.Clone(e.Reason))
		}
	}
	x.raised = raised.usual()
	x.foremost(waits, c)
	for i := range x.findings {
		x.note.Lost = x.note.Lost || x.findings[i].Rule == workflow.RuleLost
	}
	return x
}

// foremost notes what to say in one line. Of a history that shows nothing under
// way it notes since when: whether that means anything is a matter of time.
func (x *noted) foremost(waits []workflow.Wait, c workflow.Case) {
	if w, ok := workflow.Foremost(waits); ok {
		// Nothing of the history is kept alive by it.
		w.Failure, w.Name, w.ChildID, w.App = nil, workflow.Clean(strings.Clone(w.Name)), strings.Clone(w.ChildID), strings.Clone(w.App)
		x.note.Wait = w
		if child, ok := c.Row(childKey(&w, c.Instance.AppID)); ok {
			x.note.Child = child.Status
		}
		return
	}
	c.Now = x.upTo.Add(workflow.Quiet + time.Second)
	for _, f := range workflow.Diagnose(c) {
		if f.Rule == workflow.RuleNothing {
			x.note.Nothing = f.Since
		}
	}
}

func childKey(w *workflow.Wait, app string) workflow.Key {
	if w.App != "" {
		app = w.App
	}
	return workflow.Key{AppID: app, InstanceID: w.ChildID}
}

// rowsOf returns a function that finds the rows of the children that are waited
// for.
func rowsOf(waits []workflow.Wait, app string, rows []*workflow.Instance) func(workflow.Key) (workflow.Instance, bool) {
	found := map[workflow.Key]*workflow.Instance{}
	for i := range waits {
		if waits[i].Kind == workflow.WaitChild {
			found[childKey(&waits[i], app)] = nil
		}
	}
	left := len(found)
	for i := 0; i < len(rows) && left > 0; i++ {
		if old, asked := found[rows[i].Key]; asked && old == nil {
			found[rows[i].Key] = rows[i]
			left--
		}
	}
	return func(k workflow.Key) (workflow.Instance, bool) {
		if row := found[k]; row != nil {
			return *row, true
		}
		return workflow.Instance{}, false
	}
}
