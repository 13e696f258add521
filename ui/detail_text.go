package ui

import (
	"sort"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/daprdeck/daprdeck/internal/jsontree"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// maxLine is the most bytes of one line of a text that are looked at.
const maxLine = jsontree.MaxLine

// foldFrom is from how many lines on a payload opens with what is nested two
// levels deep folded.
const foldFrom = 1000

// payload is a payload made ready to be drawn, as it opens. It takes time in
// proportion to the payload to make one: do it off the update loop unless the
// payload is small. Nobody changes it afterwards.
type payload struct {
	// doc is the payload as people read it, and source as it is: another one
	// only where characters are escaped in it.
	doc, source *jsontree.Doc
	folds       *jsontree.Folds
}

func newPayload(p workflow.Payload) payload {
	if !p.Set {
		return payloadOf(jsontree.Read(""))
	}
	text := p.Text()
	made := payloadOf(jsontree.Read(text))
	if text != p.Raw {
		made.source = jsontree.ReadText(p.Raw)
	}
	return made
}

func payloadOf(doc *jsontree.Doc) payload {
	p := payload{doc: doc, source: doc}
	if doc.Tree != nil {
		p.folds = jsontree.NewFolds(doc.Tree)
		if p.folds.Lines() > foldFrom {
			p.folds.FoldBelow(2)
		}
	}
	return p
}

// headPayload is newPayload for the first n bytes of a payload only, as they
// are.
func headPayload(p workflow.Payload, n int) payload {
	doc := jsontree.ReadText(workflow.Shorten(p.Raw, n))
	return payload{doc: doc, source: doc}
}

// size is about how much memory it takes besides the source, in bytes.
func (p *payload) size() int {
	if p.doc == nil {
		return 0
	}
	if p.source != p.doc {
		return p.doc.Size() + p.source.Size()
	}
	return p.doc.Size()
}

// shown is the document that a view shows, raw or laid out.
func (p *payload) shown(raw bool) *jsontree.Doc {
	if raw {
		return p.source
	}
	return p.doc
}

// open returns a view of the payload that can be folded.
func (p *payload) open() *docView {
	v := &docView{doc: p.doc, source: p.source, pathLine: -1}
	if p.folds != nil {
		v.folds = p.folds.Clone()
	}
	return v
}

// view returns a view of the payload as it opens, which must not be folded.
func (p *payload) view() docView {
	return docView{doc: p.doc, source: p.source, folds: p.folds, pathLine: -1}
}

// docView is a payload on the screen: what of it is folded, and whether it is
// shown raw.
type docView struct {
	doc, source *jsontree.Doc
	folds       *jsontree.Folds
	raw         bool
	// pathText is the path of the value on pathLine, kept because a deep one
	// takes a while to write.
	pathLine int
	pathText string
}

// tree reports whether the view shows a tree, and hex whether it shows bytes.
// shown is the document on the screen.
func (v *docView) shown() *jsontree.Doc {
	if v.raw {
		return v.source
	}
	return v.doc
}

func (v *docView) tree() bool { return v.folds != nil && !v.raw }
func (v *docView) hex() bool  { return v.doc.Kind == jsontree.Binary && !v.raw }

func (v *docView) lines() int {
	switch {
	case v.tree():
		return v.folds.Lines()
	case v.hex():
		return v.doc.HexLines()
	}
	return v.shown().TextLines()
}

// setRaw changes between raw and laid out, and returns where what stood on a
// line stands then.
func (v *docView) setRaw(raw bool, line int) int {
	if v.raw == raw || v.lines() == 0 {
		v.raw = raw
		return line
	}
	at := v.begin(line)
	v.raw = raw
	return v.lineOf(at)
}

// begin returns where a line begins in the source, and lineOf the line of a
// byte of the source.
func (v *docView) begin(line int) int {
	line = min(max(0, line), v.lines()-1)
	switch {
	case v.tree():
		return v.folds.Begin(line)
	case v.hex():
		return line * len(v.doc.Source) / max(1, v.doc.HexLines())
	}
	_, at := v.shown().TextLine(line)
	return at
}

func (v *docView) lineOf(at int) int {
	switch {
	case v.tree():
		return v.folds.LineOf(at)
	case v.hex():
		return v.doc.HexLineOf(at)
	}
	return v.shown().TextLineOf(min(at, len(v.shown().Source)))
}

// reveal unfolds what hides a byte of the source and returns its line.
func (v *docView) reveal(at int) int {
	if v.tree() {
		v.pathLine = -1
		return v.folds.Reveal(at)
	}
	return v.lineOf(at)
}

// cells returns about how many cells stand before a byte of the source on its
// line.
func (v *docView) cells(line, at int) int {
	if v.hex() || line >= v.lines() {
		return 0
	}
	from, n := v.begin(line), 0
	if v.tree() {
		_, n = v.folds.Line(line, nil)
	}
	return n + width(v.shown().Source[min(from, at):at])
}

// path returns the path of the value on a line; empty when there is none.
func (v *docView) path(line int) string {
	if !v.tree() || line < 0 || line >= v.lines() {
		return ""
	}
	if v.pathLine != line {
		v.pathLine, v.pathText = line, v.folds.Path(line)
	}
	return v.pathText
}

// fold folds the value on a line or unfolds it; it returns where the value is
// then, and whether anything has changed.
func (v *docView) fold(line int, fold bool) (at int, changed bool) {
	if !v.tree() {
		return line, false
	}
	v.pathLine = -1
	return v.folds.Fold(line, fold)
}

// foldAll folds everything or unfolds it; it returns where a line is then.
func (v *docView) foldAll(line int, fold bool) int {
	if !v.tree() {
		return line
	}
	v.pathLine = -1
	return v.folds.FoldAll(line, fold)
}

// keep takes over from the view of an earlier reading of the same payload.
func (v *docView) keep(old *docView) bool {
	if old == nil || old.source.Source != v.source.Source {
		return false
	}
	v.raw = old.raw
	return v.folds == nil || v.folds.Keep(old.folds)
}

// found is what of a document the search has found: hits in their order, of
// which at is the one in focus, -1 for none.
type found struct {
	hits []jsontree.Match
	at   int
}

// drawDoc appends one line of a view. The strip cuts it; nothing outside the
// window is measured twice.
func (s *strip) drawDoc(v *docView, line int, f found, c *Clock) {
	switch {
	case v.tree():
		s.drawTree(v, line, f, c)
	case v.hex():
		offset, bytes, ascii := v.doc.HexLine(line)
		s.put(s.t.Faint, offset).gap(2).put(s.t.Text, bytes).gap(1).put(s.t.JSONString, ascii)
	default:
		text, at := v.shown().TextLine(line)
		s.drawFound(s.t.Text, text, at, f, cleanLine)
	}
}

// cleanLine makes a piece of a line of text safe to draw.
func cleanLine(s string) string {
	s = workflow.CleanText(s)
	if strings.IndexByte(s, '\n') >= 0 { // from a line separator that is no line feed
		s = strings.ReplaceAll(s, "\n", " ")
	}
	return s
}

func (s *strip) drawTree(v *docView, line int, f found, c *Clock) {
	var buf [8]jsontree.Piece
	pieces, indent := v.folds.Line(line, buf[:0])
	s.space(indent)
	for _, p := range pieces {
		if s.left <= 0 {
			return
		}
		switch p.Part {
		case jsontree.PartCount:
			s.put(s.t.Dim, s.t.Glyphs.Ellipsis+" "+p.Text)
		case jsontree.PartPreview:
			s.space(2)
			s.put(s.t.Faint, jsontree.Visible(p.Text))
		case jsontree.PartName, jsontree.PartString, jsontree.PartNumber, jsontree.PartWord, jsontree.PartPunctuation:
			s.drawFound(s.t.jsonPen(p.Part), p.Text, p.At, f, jsontree.Visible)
		}
	}
	if c == nil {
		return
	}
	if at, written, ok := v.folds.Time(line); ok {
		s.space(2)
		s.put(s.t.Dim, c.beside(at, written))
	}
}

// space is gap for a text that is scrolled sideways.
func (s *strip) space(n int) {
	if s.skip >= n {
		s.skip -= n
		return
	}
	s.gap(n - s.skip)
	s.skip = 0
}

func (t *Theme) jsonPen(p jsontree.Part) Pen {
	switch p {
	case jsontree.PartName:
		return t.JSONKey
	case jsontree.PartString:
		return t.JSONString
	case jsontree.PartNumber:
		return t.JSONNumber
	case jsontree.PartWord:
		return t.JSONWord
	case jsontree.PartPunctuation, jsontree.PartCount, jsontree.PartPreview:
	}
	return t.Dim
}

// beside is what stands beside a time in a payload: how long ago that is, and
// the date unless the payload has it.
func (c *Clock) beside(at time.Time, written bool) string {
	age := Short(c.Now.Sub(at)) + " ago"
	if at.After(c.Now) {
		age = "in " + Short(at.Sub(c.Now))
	}
	if written {
		return age
	}
	return at.In(c.zone()).Format("2006-01-02 15:04:05 MST") + ", " + age
}

// drawFound appends a piece of the source that stands at a place of it, with
// what of it was found marked.
func (s *strip) drawFound(pen Pen, text string, at int, f found, clean func(string) string) {
	drawn := 0
	if at >= 0 && len(f.hits) > 0 {
		k := sort.Search(len(f.hits), func(k int) bool { return f.hits[k].At+f.hits[k].Len > at })
		for ; k < len(f.hits) && f.hits[k].At < at+len(text) && s.left > 0; k++ {
			from := max(drawn, edge(text, f.hits[k].At-at))
			to := edge(text, min(len(text), f.hits[k].At-at+f.hits[k].Len))
			if to > from {
				s.put(pen, clean(text[drawn:from]))
				sel := s.sel // a match looks the same on the row of the cursor
				s.sel = false
				s.put(s.t.found(k == f.at), clean(text[from:to]))
				s.sel = sel
				drawn = to
			}
		}
	}
	s.put(pen, clean(text[drawn:]))
}

// found is the pen of what was found, and of the one match in focus.
func (t *Theme) found(now bool) Pen {
	if now {
		return t.MatchNow
	}
	return t.Match
}

// edge moves a place in a text on to where a character ends: what is drawn in
// two styles must not share one.
func edge(s string, i int) int {
	for i > 0 && i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		if utf8.RuneStart(s[i]) && !joined(r) && !joined(before) && (!regional(r) || !regional(before)) {
			break
		}
		i += size
	}
	return i
}

func joined(r rune) bool {
	return r >= utf8.RuneSelf && unicode.In(r, unicode.M, unicode.Cf)
}

// regional reports whether a rune is half of a flag.
func regional(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }

// docRow draws one line of a payload in w cells, indented and scrolled
// sideways.
func (t *Theme) docRow(v *docView, line int, f found, c *Clock, w, indent, side int) string {
	s := newStrip(t, w).gap(indent)
	return s.docRest(v, line, f, c, side)
}

// docRest fills a line with one of a payload, with air on the right.
func (s *strip) docRest(v *docView, line int, f found, c *Clock, side int) string {
	s.left = max(0, s.left-1)
	s.skip, s.hard = side, true
	s.drawDoc(v, line, f, c)
	s.left++
	return s.end()
}
