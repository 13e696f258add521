package model

import (
	"context"
	"maps"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// The metadata of an instance names neither its parent nor its children: their
// histories do, and that is a call for each. They are read for as long as the
// tree is shown, within a budget, and kept.
const (
	// treeReads is how many instances are read at most before somebody asks for
	// more by unfolding one.
	treeReads = 200
	// treeRereads is how many that have moved on are read again for a snapshot.
	treeRereads = 16
	// treeBatch is how many one command reads, treeAtOnce how many at a time.
	treeBatch  = 32
	treeAtOnce = 4
	// maxTreeRows is how many rows are shown, maxTreeKnown how many instances
	// are kept.
	maxTreeRows  = 1000
	maxTreeKnown = 5000
)

// treeNode is what the history of an instance tells of its family.
type treeNode struct {
	parent   workflow.Key
	children []treeChild
	// updated is the last update of its row when it was read.
	updated time.Time
	// row is what was read of an instance that the list does not have, nil when
	// it was not asked for. gone says that there is none.
	row  *workflow.Instance
	gone bool
	// err is why its history is not known.
	err string
}

type treeChild struct {
	key  workflow.Key
	name string
	// answered is what the parent's history tells of its end; Unknown while it
	// tells nothing.
	answered workflow.Status
}

// lineage is the tree of the instance that is shown, and what was read for it
// and for others before.
type lineage struct {
	of    workflow.Key
	known map[workflow.Key]*treeNode
	// fold is what was folded or unfolded by hand: true for open.
	fold map[workflow.Key]bool
	// asked was unfolded last: it is read first.
	asked workflow.Key
	// left and rereads are what may still be read.
	left, rereads int
	learned       *ui.Prepared
	dirty         bool

	gen     uint64
	reading bool
	stop    context.CancelFunc

	// places are where instances were in the last snapshot, absent those that
	// it lacks while it has as many rows as then.
	seq    uint64
	places map[workflow.Key]int
	absent map[workflow.Key]bool
	rows   int
	missed []workflow.Key
}

// treeMsg brings the families of some instances.
type treeMsg struct {
	gen  uint64
	read map[workflow.Key]*treeNode
}

// treeAsk is an instance to read the family of.
type treeAsk struct {
	key     workflow.Key
	updated time.Time
	// row asks for its metadata too: the list does not have it.
	row bool
}

// forget drops everything, as when another app answers.
func (t *lineage) forget() {
	t.end()
	*t = lineage{gen: t.gen}
}

// drop forgets what was read of some instances.
func (t *lineage) drop(about func(workflow.Key) bool) {
	maps.DeleteFunc(t.known, func(key workflow.Key, _ *treeNode) bool { return about(key) })
	t.dirty = true
}

// end stops what is being read; what comes of it is dropped.
func (t *lineage) end() {
	if t.stop != nil {
		t.stop()
	}
	t.gen++
	t.reading, t.stop = false, nil
}

// begin starts the tree of another instance.
func (t *lineage) begin(of workflow.Key) {
	t.end()
	if t.known == nil || len(t.known) > maxTreeKnown {
		t.known, t.places, t.absent = map[workflow.Key]*treeNode{}, map[workflow.Key]int{}, map[workflow.Key]bool{}
	}
	t.of, t.fold, t.asked = of, map[workflow.Key]bool{}, workflow.Key{}
	t.left, t.rereads, t.learned, t.dirty = treeReads, treeRereads, nil, true
}

// tendTree keeps the tree up to date while it is shown, and reads what it lacks.
func (m *Model) tendTree() tea.Cmd {
	t := &m.tree
	if !m.detail.OnTree() || !m.detailVisible() || m.shown.key == (workflow.Key{}) {
		if t.reading {
			t.end()
			t.dirty = true
		}
		return nil
	}
	if t.of != m.shown.key {
		t.begin(m.shown.key)
	}
	if t.seq != m.snap.Seq {
		t.seq, t.rereads, t.dirty = m.snap.Seq, treeRereads, true
	}
	if p := m.shown.prepared; p != nil && p != t.learned && p.Detail.Key == t.of {
		t.learned, t.dirty = p, true
		if p.HistErr == nil {
			t.known[t.of] = m.family(t.of, p.History, m.shown.row.Updated)
		}
	}
	if !t.dirty {
		return nil
	}
	t.dirty = false
	v := m.lookAtTree()
	m.detail.SetTree(v.rows, v.note(t))
	return m.readFamilies(v)
}

// family is what a history tells of an instance's parent and children.
func (m *Model) family(key workflow.Key, h workflow.History, updated time.Time) *treeNode {
	n := familyOf(key, h, updated)
	if _, ok := h.Started(); ok {
		m.parents.learn(key, n.parent.InstanceID)
	}
	return n
}

func familyOf(key workflow.Key, h workflow.History, updated time.Time) *treeNode {
	n := &treeNode{updated: updated}
	if e, ok := h.Started(); ok && e.ParentID != "" {
		n.parent = workflow.Key{AppID: key.AppID, InstanceID: e.ParentID}
		if e.ParentApp != "" {
			n.parent.AppID = e.ParentApp
		}
	}
	at := map[workflow.Key]int{}
	for i := range h.Events {
		e := &h.Events[i]
		if e.Type != workflow.ChildWorkflowInstanceCreated || e.ChildID == "" {
			continue
		}
		c := treeChild{key: workflow.Key{AppID: key.AppID, InstanceID: e.ChildID}, name: e.Name}
		if e.TargetApp != "" {
			c.key.AppID = e.TargetApp
		}
		if j, ok := h.Partner(i); ok {
			c.answered = workflow.Completed
			if h.Events[j].Type == workflow.ChildWorkflowInstanceFailed {
				c.answered = workflow.Failed
			}
		}
		if k, again := at[c.key]; again { // a retry under the same ID
			n.children[k] = c
			continue
		}
		at[c.key] = len(n.children)
		n.children = append(n.children, c)
	}
	return n
}

// row returns what the newest snapshot has of an instance, nil for nothing.
func (t *lineage) row(m *Model, key workflow.Key) *workflow.Instance {
	all := m.snap.Instances
	if i, ok := t.places[key]; ok && i < len(all) && all[i].Key == key {
		return all[i]
	}
	if t.rows != len(all) {
		t.rows, t.absent = len(all), map[workflow.Key]bool{}
	}
	if !t.absent[key] {
		t.missed = append(t.missed, key)
	}
	return nil
}

// find looks the instances up that row has missed, all in one go, and reports
// whether there was any.
func (t *lineage) find(m *Model) bool {
	if len(t.missed) == 0 {
		return false
	}
	if t.places == nil {
		t.places, t.absent = map[workflow.Key]int{}, map[workflow.Key]bool{}
	}
	for _, k := range t.missed {
		t.absent[k] = true
	}
	found := false
	for i, in := range m.snap.Instances {
		if t.absent[in.Key] {
			delete(t.absent, in.Key)
			t.places[in.Key], found = i, true
		}
	}
	t.missed = t.missed[:0]
	return found
}

// readFamilies reads what the tree lacks, a batch at a time.
func (m *Model) readFamilies(v *treeView) tea.Cmd {
	t := &m.tree
	if t.reading || m.held {
		return nil
	}
	asks := v.missing[:min(len(v.missing), t.left, treeBatch)]
	t.left -= len(asks)
	again := v.stale[:min(len(v.stale), t.rereads, treeBatch)]
	t.rereads -= len(again)
	asks = append(append([]treeAsk(nil), asks...), again...)
	if len(asks) == 0 {
		return nil
	}
	var ctx context.Context
	ctx, t.stop = context.WithCancel(m.ctx)
	t.gen++
	t.reading = true
	r := familyReader{client: m.cfg.Client, timeout: m.cfg.ReadTimeout, asks: asks, read: map[workflow.Key]*treeNode{}}
	gen := t.gen
	return func() tea.Msg {
		r.run(ctx)
		return treeMsg{gen, r.read}
	}
}

// tookTree takes in what was read, unless nobody waits for it any more.
func (m *Model) tookTree(msg treeMsg) tea.Cmd {
	t := &m.tree
	if msg.gen != t.gen {
		return nil
	}
	t.end()
	for key, n := range msg.read {
		old := t.known[key]
		if n.err != "" && old != nil && old.err == "" {
			continue // what was known is better than nothing
		}
		t.known[key] = n
		if n.err == "" && !n.gone {
			m.parents.learn(key, n.parent.InstanceID)
		}
	}
	t.dirty = true
	return nil
}

// familyReader reads families within one command.
type familyReader struct {
	client  Client
	timeout time.Duration

	mu   sync.Mutex
	asks []treeAsk
	read map[workflow.Key]*treeNode
}

// run reads with a few calls at once and waits for the last of them.
func (r *familyReader) run(ctx context.Context) {
	var all sync.WaitGroup
	for range min(treeAtOnce, len(r.asks)) {
		all.Go(func() {
			for ctx.Err() == nil {
				ask, ok := r.next()
				if !ok {
					return
				}
				n := r.one(ctx, ask)
				r.mu.Lock()
				r.read[ask.key] = n
				r.mu.Unlock()
			}
		})
	}
	all.Wait()
}

func (r *familyReader) next() (treeAsk, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.asks) == 0 {
		return treeAsk{}, false
	}
	ask := r.asks[0]
	r.asks = r.asks[1:]
	return ask, true
}

// one reads one instance.
func (r *familyReader) one(ctx context.Context, ask treeAsk) *treeNode {
	ctx, cancel := context.WithTimeout(limited(ctx), r.timeout)
	defer cancel()
	var row *workflow.Instance
	if ask.row {
		d, err := r.client.Detail(ctx, ask.key)
		if err != nil {
			return failedFamily(ask, err)
		}
		row = &d.Instance
	}
	h, err := r.client.History(ctx, ask.key)
	if err != nil {
		n := failedFamily(ask, err)
		n.row = row
		return n
	}
	n := familyOf(ask.key, h, ask.updated)
	n.row = row
	return n
}

func failedFamily(ask treeAsk, err error) *treeNode {
	if workflow.KindOf(err) == workflow.KindNotFound {
		return &treeNode{gone: true, updated: ask.updated}
	}
	why, _ := plain(err)
	return &treeNode{err: why, updated: ask.updated}
}
