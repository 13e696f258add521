package model

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// compareModal shows two instances side by side. It reads both and compares
// them off the update loop.
type compareModal struct {
	plainModal
	*ui.CompareView

	ctx  context.Context //nolint:containedctx // ends the reading when the modal is closed
	stop context.CancelFunc
	// gen counts the readings: answers of an earlier one are dropped.
	gen uint64
	// a and b are what is compared. Without a, it is the origin of b, which its
	// history names.
	a, b workflow.Key
}

// comparedMsg brings a comparison, or says why there is none.
type comparedMsg struct {
	of  *compareModal
	gen uint64
	// a and b are what was compared, in this order.
	a, b     workflow.Key
	prepared *ui.Compared
	// noRerun says that the instance is the rerun of none. why says in words
	// why there is no comparison.
	noRerun bool
	why     []string
}

// contrastMsg brings the values of a line in full.
type contrastMsg struct {
	of       *compareModal
	gen      uint64
	contrast *ui.Contrast
}

// compare compares the two that are marked, or the one that is marked with the
// selected one, or a rerun with its origin.
func (m *Model) compare() tea.Cmd {
	marked := m.marks.keys()
	row, ok := m.selected()
	switch {
	case len(marked) == 2:
		return m.showCompare(marked[0], marked[1])
	case len(marked) > 2:
		m.notice(ui.NoticeWarn, ui.Plural(len(marked), "instance is", "instances are")+" marked: a comparison takes two; "+
			m.keys.Back.Help().Key+" in the list clears the marks")
		return nil
	case !ok:
		m.notice(ui.NoticeInfo, "nothing to compare: "+m.howToCompare())
		return nil
	case len(marked) == 1 && marked[0] != row.Key:
		return m.showCompare(marked[0], row.Key)
	}
	f := m.knownFacts(row)
	rerun, ok := m.reruns[row.Key]
	switch {
	case f.historyKnown && f.rerunOf != "":
		return m.showCompare(workflow.Key{AppID: row.AppID, InstanceID: f.rerunOf}, row.Key)
	case ok:
		return m.showCompare(row.Key, rerun)
	case !f.historyKnown:
		return m.showCompare(workflow.Key{}, row.Key)
	}
	if len(marked) == 1 {
		m.notice(ui.NoticeInfo, row.Label+" is marked: go to another, then "+keyOf(m.keys.Compare)+" compares them")
		return nil
	}
	m.notice(ui.NoticeInfo, m.noRerun(row.Label))
	return nil
}

func (m *Model) noRerun(label string) string {
	return label + " is no rerun: " + m.howToCompare()
}

func (m *Model) howToCompare() string {
	return "mark two instances with " + m.keys.Mark.Help().Key + ", then " + m.keys.Compare.Help().Key + " compares them"
}

// markHints are the keys that the marks are for, while there are any.
func (m *Model) markHints() []ui.Hint {
	if !m.marks.any() || m.focus != focusList {
		return nil
	}
	return []ui.Hint{hint(m.keys.Compare, "compare"), hint(m.keys.Back, "unmark all")}
}

// originHint is the key that compares a rerun with its origin, or what was rerun
// in this session with the rerun.
func (m *Model) originHint() []ui.Hint {
	if m.marks.any() {
		return nil
	}
	if m.shown.facts.rerunOf != "" {
		return []ui.Hint{hint(m.keys.Compare, "compare with origin")}
	}
	if _, ok := m.reruns[m.list.SelectedKey()]; ok {
		return []ui.Hint{hint(m.keys.Compare, "compare with rerun")}
	}
	return nil
}

// showCompare opens the comparison and begins to read.
func (m *Model) showCompare(a, b workflow.Key) tea.Cmd {
	f := &compareModal{CompareView: ui.NewCompare(m.theme, m.keys, ""), a: a, b: b}
	f.ctx, f.stop = context.WithCancel(m.ctx)
	f.entitle()
	m.modals.push(f)
	return f.read(m)
}

func (f *compareModal) entitle() {
	name := func(k workflow.Key) string { return workflow.SpellID(k.InstanceID) }
	app := func(k workflow.Key) string { return " (" + workflow.Clean(k.AppID) + ")" }
	switch {
	case f.a == (workflow.Key{}):
		f.SetTitle("Compare " + name(f.b) + " with its origin" + app(f.b))
	case f.a.AppID != f.b.AppID:
		f.SetTitle("Compare " + name(f.a) + app(f.a) + " with " + name(f.b) + app(f.b))
	default:
		f.SetTitle("Compare " + name(f.a) + " with " + name(f.b) + app(f.b))
	}
}

// read reads both and compares them.
func (f *compareModal) read(m *Model) tea.Cmd {
	f.gen++
	f.SetBusy("reading both")
	r := compareReader{client: m.cfg.Client, timeout: m.cfg.ReadTimeout, a: f.a, b: f.b, file: m.cfg.Saved != nil}
	ctx, gen := f.ctx, f.gen
	return func() tea.Msg {
		msg := r.run(ctx)
		msg.of, msg.gen = f, gen
		return msg
	}
}

// tookCompared shows a comparison, unless it has been closed or read anew.
func (m *Model) tookCompared(msg comparedMsg) tea.Cmd {
	f := msg.of
	switch {
	case msg.gen != f.gen || !slices.Contains(m.modals.open, modal(f)):
	case msg.noRerun:
		f.close(m)
		m.notice(ui.NoticeInfo, m.noRerun(workflow.SpellID(f.b.InstanceID)))
	case msg.prepared == nil:
		f.SetFailed(msg.why...)
	default:
		f.a, f.b = msg.a, msg.b
		f.entitle()
		f.SetCompared(msg.prepared)
	}
	return nil
}

// compareReader reads two instances within one command.
type compareReader struct {
	client  Client
	timeout time.Duration
	a, b    workflow.Key
	// file says that a saved file is read, in which an instance may be missing
	// that is there all the same.
	file bool
}

func (r *compareReader) run(ctx context.Context) comparedMsg {
	b, why := r.one(ctx, r.b, "")
	if why != nil {
		return comparedMsg{why: why}
	}
	id, _, ok := b.History.RerunOf()
	if r.a == (workflow.Key{}) {
		if !ok && b.HistoryErr != "" {
			return comparedMsg{why: []string{"The history of " + b.Detail.Label + " could not be read, and nothing else names its origin.", b.HistoryErr}}
		}
		if !ok {
			return comparedMsg{noRerun: true}
		}
		r.a = workflow.Key{AppID: r.b.AppID, InstanceID: id}
	}
	role := ""
	if ok && r.a == (workflow.Key{AppID: r.b.AppID, InstanceID: id}) {
		role = "the origin of " + b.Detail.Label
	}
	a, why := r.one(ctx, r.a, role)
	if why != nil {
		return comparedMsg{why: why}
	}
	if id, _, ok := a.History.RerunOf(); ok && r.b == (workflow.Key{AppID: r.a.AppID, InstanceID: id}) {
		r.a, r.b, a, b = r.b, r.a, b, a // the origin comes first
	}
	return comparedMsg{a: r.a, b: r.b, prepared: ui.PrepareCompare(workflow.Compare(a, b))}
}

// one reads one instance; why says in words why it could not be. A history that
// cannot be had is no reason: the rest is compared.
func (r *compareReader) one(ctx context.Context, key workflow.Key, role string) (s workflow.Compared, why []string) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	d, err := steadily(ctx, func() (workflow.Detail, error) { return r.client.Detail(ctx, key) })
	if err != nil {
		return s, r.failed(key, role, err)
	}
	s.Detail = d
	h, err := readHistory(ctx, r.client, key)
	if err != nil {
		s.HistoryErr, _ = plain(err)
		return s, nil
	}
	s.History = h
	return s, nil
}

func (r *compareReader) failed(key workflow.Key, role string, err error) []string {
	name := workflow.SpellID(key.InstanceID)
	if role != "" {
		name += ", " + role + ","
	}
	message, detail := plain(err)
	switch {
	case workflow.KindOf(err) != workflow.KindNotFound:
		return []string{name + " could not be read.", message, detail}
	case r.file:
		return []string{name + " is not in the file.", "A file holds the instance that was saved and its tree."}
	}
	return []string{name + " is gone: it was purged.", "There is nothing left of it to compare with."}
}

func (f *compareModal) update(m *Model, msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	switch {
	case matches(k, m.keys.Back), matches(k, m.keys.Quit), matches(k, m.keys.Compare):
		f.close(m)
	case matches(k, m.keys.Refresh):
		return f.read(m)
	case matches(k, m.keys.CopyValue):
		return m.copyText("both sides", f.Value())
	case matches(k, m.keys.Open):
		return f.inFull()
	default:
		f.HandleKey(k)
	}
	return nil
}

// inFull lays the values of the line under the cursor out.
func (f *compareModal) inFull() tea.Cmd {
	p, line, ok := f.Selected()
	if !ok {
		return nil
	}
	gen := f.gen
	return func() tea.Msg { return contrastMsg{of: f, gen: gen, contrast: ui.PrepareContrast(p, line)} }
}

// tookContrast opens the values, unless the comparison is no longer on top.
func (m *Model) tookContrast(msg contrastMsg) tea.Cmd {
	switch {
	case m.modals.top() != modal(msg.of) || msg.gen != msg.of.gen:
	case msg.contrast.Empty():
		m.notice(ui.NoticeInfo, "this step has no values")
	default:
		m.modals.push(&contrastModal{ContrastView: ui.NewContrast(m.theme, m.keys, msg.contrast), of: msg.of})
	}
	return nil
}

func (f *compareModal) close(m *Model) {
	f.stop()
	m.modals.remove(f)
}

func (f *compareModal) resize(w, h int)     { f.SetSize(w, h) }
func (f *compareModal) setTheme(t ui.Theme) { f.SetTheme(t) }
func (f *compareModal) view() string        { return f.View() }

// contrastModal shows the values of a line in full.
type contrastModal struct {
	plainModal
	*ui.ContrastView

	// of is the comparison below it.
	of *compareModal
}

func (c *contrastModal) update(m *Model, msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	switch {
	case matches(k, m.keys.Back), matches(k, m.keys.Quit), matches(k, m.keys.Open):
		m.modals.remove(c)
	case matches(k, m.keys.CopyValue):
		return m.copyText(c.Value())
	default:
		c.HandleKey(k)
	}
	return nil
}

func (c *contrastModal) resize(w, h int)     { c.SetSize(w, h) }
func (c *contrastModal) setTheme(t ui.Theme) { c.SetTheme(t) }
func (c *contrastModal) view() string        { return c.View() }
