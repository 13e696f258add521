package model

import (
	"context"
	"log/slog"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
	"github.com/daprdeck/daprdeck/ui"
)

// focus is the pane that keys go to.
type focus uint8

const (
	focusList focus = iota
	focusDetail
)

// Model is the console. It is used by one goroutine, that of the program.
type Model struct {
	ctx     context.Context //nolint:containedctx // the program's own: commands derive their deadlines from it
	cfg     Config
	keys    keymap.Map
	actions []action

	width, height int
	layout        ui.Layout
	theme         ui.Theme
	options       ui.OptionsValues
	darkTerminal  bool
	colors        ui.Colors
	clock         ui.Clock

	list       *ui.List
	detail     *ui.Detail
	filterBar  *ui.FilterBar
	modals     modalStack
	focus      focus
	detailOpen bool
	filtering  bool
	// filterBefore is what esc goes back to while the filter is being typed.
	filterBefore string

	snap       fleet.Snapshot
	filter     workflow.Filter
	sortBy     workflow.SortBy
	reverse    bool
	frozen     bool
	rowsGen    uint64
	ahead      ahead
	counts     [workflow.NumStatuses]int
	countTexts [workflow.NumStatuses]string
	matching   int

	selecting selecting
	parents   *parents
	notes     *notes
	// firstSeen is when an instance that is PENDING was seen first, terminated
	// and resumed when this console sent a terminate or a resume.
	firstSeen           map[workflow.Key]time.Time
	terminated, resumed sentCalls
	// looks are what the proofs of actions saw last, while that is newer than the
	// row.
	looks map[workflow.Key]lastLook
	// skews are how far the clocks of the sidecars are ahead, by app, as far as
	// actions have shown it.
	skews map[string]time.Duration
	// reruns has for what was rerun in this session the last rerun: the history
	// of the origin does not name it.
	reruns map[workflow.Key]workflow.Key
	// parentsAsked is how many rows the filter asked for their parent, and
	// parentsUnknown of how many it is not known yet.
	parentsAsked, parentsUnknown int

	// settled is set once rows of a complete load have been shown.
	settled bool
	// held is set while all reading is stopped.
	held bool
	// focused is what the feed was told to be on the screen, focusVersion that
	// of the list it was taken from.
	// focusStale asks to tell it again.
	focused      []workflow.Key
	focusVersion uint64
	focusStale   bool

	following []followed
	marks     marks

	// wanted is the instance to select as soon as the list has it.
	wanted      workflow.Key
	wantedUntil time.Time

	// aside is the instance in the detail that was gone to past the list, which
	// hides it; trail is where the steps through the tree began.
	aside *workflow.Instance
	trail []workflow.Key
	tree  lineage

	shown     shown
	recent    recent
	detailGen uint64

	flights    map[uint64]*flight
	lastFlight uint64
	journal    journal
	said       said
	recall     map[string][]string
	// scriptForm is the form in which a script was shown last.
	scriptForm int
	lastForm   uint64
	quitting   bool
}

// New makes the console's model. Its commands end with ctx.
func New(ctx context.Context, cfg Config) *Model {
	cfg = cfg.withDefaults()
	if cfg.ReadOnly {
		cfg.Keys = cfg.Keys.ReadOnly()
	}
	if cfg.Served {
		cfg.Keys = cfg.Keys.Served()
	}
	m := &Model{
		ctx: ctx, cfg: cfg, keys: cfg.Keys, actions: actionTable(cfg.Keys), darkTerminal: true,
		list: ui.NewList(cfg.Keys), detail: ui.NewDetail(cfg.Keys),
		flights: map[uint64]*flight{}, recall: map[string][]string{}, parents: newParents(), notes: newNotes(),
		options: ui.OptionsValues{Interval: cfg.Interval, ASCII: cfg.ASCII, UTC: cfg.UTC, Theme: cfg.Look.Theme},
		clock:   ui.Clock{Now: cfg.Now(), Zone: cfg.Zone},
		skews:   map[string]time.Duration{},
	}
	if cfg.UTC {
		m.clock.Zone = time.UTC
	}
	m.restyle()
	m.filterBar = ui.NewFilterBar(m.theme)
	m.voidNotes()
	m.list.SetColumns(cfg.Look.Columns)
	m.list.SetFocus(true)
	m.list.SetSort(m.sortBy, m.reverse)
	m.list.SetEmpty(m.emptyList())
	return m
}

// Init asks for the background colour and starts the feed and the clock.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(m.askTerminal(), m.awaitSnapshot(), m.awaitRemark(), m.tick())
}

// Update hands each message to its owner, whatever has the focus.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	began := m.cfg.Now()
	cmd := tea.Batch(m.route(msg), m.tendTree())
	m.tellFocus()
	if moved := m.windowMoved(); moved != nil {
		cmd = tea.Batch(cmd, moved)
	}
	if took := m.cfg.Now().Sub(began); took > slowFrame {
		m.cfg.Logger.Warn("slow update", slog.Duration("took", took))
	}
	return m, cmd
}

func (m *Model) route(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		return m.resized(msg.Width, msg.Height)
	case tea.BackgroundColorMsg, tea.ColorProfileMsg:
		return m.terminalKnown(msg)
	case tea.KeyPressMsg:
		return m.keysPressed(msg)
	case tea.PasteMsg:
		return m.pasted(msg)
	case tea.MouseClickMsg:
		return m.clicked(msg.Mouse())
	case tea.MouseWheelMsg:
		return m.wheeled(msg.Mouse())
	case snapshotMsg:
		return m.tookSnapshot(msg.snap)
	case feedEndedMsg:
		return nil
	case rowsMsg:
		return m.tookRows(msg)
	case parentsMsg:
		return m.tookParents(msg)
	case filterValuesMsg:
		m.filterBar.SetValues(msg.values)
		return nil
	case selectDueMsg:
		return m.selectionDue()
	case detailDueMsg:
		return m.detailDue(msg)
	case detailMsg:
		return m.tookDetail(msg)
	case treeMsg:
		return m.tookTree(msg)
	case sentMsg:
		return m.sent(msg)
	case lookMsg:
		return m.lookNow(msg.id)
	case seenMsg:
		return m.seen(msg)
	case clockMsg:
		return m.ticked()
	}
	return m.routeNotes(msg)
}

// routeNotes is route for what histories tell of instances.
func (m *Model) routeNotes(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case notesDueMsg:
		return m.windowRests(msg)
	case notesMsg:
		return m.tookNotes(msg)
	case findingsMsg:
		return m.tookFindings(msg)
	case foundMsg:
		return m.tookFound(msg)
	case comparedMsg:
		return m.tookCompared(msg)
	case contrastMsg:
		return m.tookContrast(msg)
	}
	return m.routeFile(msg)
}

// routeFile is route for what comes from files and programs of this machine.
func (m *Model) routeFile(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case fileMsg:
		return m.fileLoaded(msg)
	case editedMsg:
		return m.edited(msg)
	case pagedMsg:
		return m.paged(msg)
	case writtenMsg:
		return m.written(msg)
	case savedMsg:
		return m.savedInstance(msg)
	case watchedMsg:
		return m.watched(msg)
	case remarkMsg:
		return m.remarked(msg)
	case freeMsg:
		return m.free()
	}
	return m.modals.forward(m, msg)
}

// tick keeps the clock fields moving, once a second.
func (m *Model) tick() tea.Cmd {
	return m.cfg.After(time.Second, func(time.Time) tea.Msg { return clockMsg{} })
}

func (m *Model) ticked() tea.Cmd {
	now := m.cfg.Now()
	m.setNow(now)
	m.said.expire(now)
	m.modals.tick(m)
	return tea.Batch(m.tick(), m.followTime(now), m.readNotes(), m.judgeAgain(now))
}

func (m *Model) setNow(now time.Time) {
	if s := m.cfg.Saved; s != nil && !s.At.IsZero() {
		now = s.At
	}
	m.clock.Now, m.clock.Ahead = now, m.skew
	m.list.SetClock(m.clock)
	m.detail.SetClock(m.clock)
}

func (m *Model) resized(w, h int) tea.Cmd {
	m.width, m.height = w, h
	was := m.detailVisible()
	m.arrange()
	if !was && m.detailVisible() {
		return m.reloadDetail()
	}
	return nil
}

// arrange gives every pane its place.
func (m *Model) arrange() {
	m.layout = ui.Compute(m.width, m.height, m.detailOpen)
	m.list.SetSize(m.layout.List.W, m.layout.List.H)
	m.detail.SetSize(m.layout.Detail.W, m.layout.Detail.H)
	m.modals.resize(m.width, m.height)
}

// terminalKnown draws for the background and in the colours that the terminal
// has.
func (m *Model) terminalKnown(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.BackgroundColorMsg:
		m.darkTerminal = msg.IsDark()
	case tea.ColorProfileMsg:
		m.colors = colorsOf(msg.Profile)
	}
	m.restyle()
	return nil
}

func colorsOf(p colorprofile.Profile) ui.Colors {
	switch p {
	case colorprofile.ANSI256:
		return ui.Colors256
	case colorprofile.ANSI:
		return ui.Colors16
	default:
		return ui.AllColors // or none, which is no matter of the theme
	}
}

// restyle makes the theme anew and hands it to everything that draws.
func (m *Model) restyle() {
	dark := m.darkTerminal
	switch m.options.Theme {
	case ui.ThemeDark:
		dark = true
	case ui.ThemeLight:
		dark = false
	case ui.ThemeAuto:
	}
	m.theme = m.themeFor(dark)
	m.list.SetTheme(m.theme)
	m.detail.SetTheme(m.theme)
	if m.filterBar != nil {
		m.filterBar.SetTheme(m.theme)
	}
	m.modals.setTheme(m.theme)
	m.setNow(m.clock.Now)
}

func (m *Model) setFocus(f focus) {
	m.focus = f
	m.list.SetFocus(f == focusList)
	m.detail.SetFocus(f == focusDetail)
}
