package ui

// docBlock is a payload with the lines above it.
type docBlock struct {
	// heads is how many lines stand above the payload; gap asks for an empty
	// one below it.
	heads int
	gap   bool
	// closed leaves only the heads.
	closed bool
	view   *docView
}

func (b *docBlock) rows() int {
	n := b.heads
	if !b.closed {
		n += b.view.lines()
	}
	if b.gap {
		n++
	}
	return n
}

// docRows is payloads one below the other, with a cursor over their lines.
type docRows struct {
	blocks            []docBlock
	cursor, top, side int
	// sticky keeps the heads of the payload that scrolls by at the top.
	sticky bool
}

func (r *docRows) total() int {
	n := 0
	for i := range r.blocks {
		n += r.blocks[i].rows()
	}
	return n
}

// place returns the block of a row and the line of its payload, below zero in
// its heads, and as many as it has lines in the gap.
func (r *docRows) place(row int) (block, line int) {
	for i := range r.blocks {
		n := r.blocks[i].rows()
		if row < n || i == len(r.blocks)-1 {
			return i, row - r.blocks[i].heads
		}
		row -= n
	}
	return 0, -1
}

// row is where a line of a block is.
func (r *docRows) row(block, line int) int {
	at := 0
	for i := range block {
		at += r.blocks[i].rows()
	}
	return at + r.blocks[block].heads + line
}

// here returns the payload and the line under the cursor; ok is false in its
// heads.
func (r *docRows) here() (v *docView, line int, ok bool) {
	if len(r.blocks) == 0 {
		return nil, 0, false
	}
	block, line := r.place(r.cursor)
	b := &r.blocks[block]
	return b.view, line, !b.closed && line >= 0 && line < b.view.lines()
}

// inGap reports whether a row is an empty one.
func (r *docRows) inGap(row int) bool {
	block, line := r.place(row)
	b := &r.blocks[block]
	return b.gap && row == r.row(block, -b.heads)+b.rows()-1 && line >= 0
}

// move moves the cursor by n lines in a window of h. More than one line at a
// time scroll as well.
func (r *docRows) move(n, h int) {
	if n == 0 || len(r.blocks) == 0 {
		return
	}
	r.cursor = min(max(0, r.cursor+n), r.total()-1)
	if r.inGap(r.cursor) {
		if n > 0 {
			r.cursor++
		} else {
			r.cursor--
		}
	}
	if n < -1 || n > 1 {
		r.top += n
	}
	r.show(h)
}

// show keeps the cursor in the window.
func (r *docRows) show(h int) {
	total := r.total()
	r.cursor = min(max(0, r.cursor), max(0, total-1))
	r.top = min(max(0, r.top), max(0, total-h))
	r.top = max(min(r.top, r.cursor), r.cursor-h+1)
	if r.top == r.cursor && r.covered() && h > 1 {
		r.top--
	}
}

// covered reports whether the head of a block stands in place of the first row
// of the window.
func (r *docRows) covered() bool {
	if !r.sticky || len(r.blocks) == 0 || r.inGap(r.top) {
		return false
	}
	_, line := r.place(r.top)
	return line >= 0
}

// sideways scrolls to the side in a window of w cells.
func (r *docRows) sideways(n, w int) {
	wide := 0
	for i := range r.blocks {
		wide = max(wide, r.blocks[i].view.shown().Wide())
	}
	r.side = min(max(0, r.side+n), max(0, wide-w+2))
}

// unfold opens what is folded under the cursor, or scrolls to the right.
func (r *docRows) unfold(w int) {
	if r.foldAt(false) || r.close(false) {
		return
	}
	r.sideways(sideStep, w)
}

// fold scrolls back to the left, or folds what is under the cursor, or goes to
// what holds it.
func (r *docRows) fold(w, h int) {
	v, line, ok := r.here()
	switch {
	case r.side > 0:
		r.sideways(-sideStep, w)
	case r.foldAt(true):
		r.show(h)
	case ok && v.tree():
		r.cursor += v.folds.Parent(line) - line
		r.show(h)
	}
}

// toggle folds or unfolds what is under the cursor.
func (r *docRows) toggle(h int) bool {
	done := r.foldAt(false) || r.foldAt(true) || r.close(false) || r.close(true)
	r.show(h)
	return done
}

// foldAt folds or unfolds the value under the cursor.
func (r *docRows) foldAt(fold bool) bool {
	v, line, ok := r.here()
	if !ok {
		return false
	}
	at, changed := v.fold(line, fold)
	r.cursor += at - line
	return changed
}

// close leaves of the payload only the head under the cursor, or opens it.
func (r *docRows) close(closed bool) bool {
	if len(r.blocks) == 0 || !r.sticky {
		return false
	}
	block, line := r.place(r.cursor)
	b := &r.blocks[block]
	if line >= 0 || b.closed == closed || b.view.lines() == 0 {
		return false
	}
	b.closed = closed
	return true
}

// foldAll folds or unfolds everything.
func (r *docRows) foldAll(fold bool, h int) {
	if len(r.blocks) == 0 {
		return
	}
	block, line := r.place(r.cursor)
	for i := range r.blocks {
		v := r.blocks[i].view
		if i == block && line >= 0 && line < v.lines() {
			line = v.foldAll(line, fold)
		} else {
			v.foldAll(0, fold)
		}
		if !fold {
			r.blocks[i].closed = false
		}
	}
	r.cursor = r.row(block, line)
	r.show(h)
}

// setRaw shows the payloads raw or laid out, and keeps the cursor where it is
// in them.
func (r *docRows) setRaw(raw bool, h int) {
	if len(r.blocks) == 0 {
		return
	}
	block, line := r.place(r.cursor)
	for i := range r.blocks {
		v := r.blocks[i].view
		if i == block && line >= 0 && line < v.lines() {
			line = v.setRaw(raw, line)
			continue
		}
		v.setRaw(raw, 0)
	}
	r.cursor = r.row(block, line)
	r.side = 0
	r.show(h)
}

// reveal moves the cursor to a byte of a payload, whatever hides it.
func (r *docRows) reveal(block, at, w, h int) {
	b := &r.blocks[block]
	b.closed = false
	r.cursor = r.row(block, b.view.reveal(at))
	if r.cursor < r.top || r.cursor >= r.top+h {
		r.top = r.cursor - h/2
	}
	r.side = 0
	r.show(h)
	if over := b.view.cells(b.view.lineOf(at), at) - w*3/4; over > 0 {
		r.sideways(over, w)
	}
}
