package ui

import (
	"fmt"
	"strings"
)

// Rect is a rectangle of cells, counted from the upper left of the screen.
type Rect struct{ X, Y, W, H int }

// Contains reports whether the cell x, y lies inside.
func (r Rect) Contains(x, y int) bool {
	return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H
}

const (
	// minWidth and minHeight are the smallest screen that is legible.
	minWidth, minHeight = 40, 12
	// wideWidth is where list and detail have room side by side.
	wideWidth = 120
	// twoLineEdges is the height from which on header and footer have two lines each.
	twoLineEdges = 16
	// minList is the narrowest list beside a detail.
	minList = 52
)

// Layout is where the parts of the screen lie. A pane that is not shown has an
// empty rectangle.
type Layout struct {
	// Wide: list and detail side by side. TooSmall: draw nothing but TooSmall.
	Wide, TooSmall       bool
	Header, Body, Footer Rect
	List, Detail         Rect
}

// Compute lays out a screen of w columns and h rows. On a wide screen both
// panes are always there; on a narrow one the detail takes the list's place
// while detailOpen is set. On a low screen header and footer have one line
// each: the caller then drops the second line of the header and, in the
// footer, the notice when there is none, else the keys.
func Compute(w, h int, detailOpen bool) Layout {
	if w < minWidth || h < minHeight {
		return Layout{TooSmall: true}
	}
	edge := 2
	if h < twoLineEdges {
		edge = 1
	}
	l := Layout{
		Wide:   w >= wideWidth,
		Header: Rect{0, 0, w, edge},
		Body:   Rect{0, edge, w, h - 2*edge},
		Footer: Rect{0, h - edge, w, edge},
	}
	switch {
	case l.Wide:
		left := max(minList, w*48/100)
		l.List, l.Detail = l.Body, l.Body
		l.List.W = left
		l.Detail.X, l.Detail.W = left, w-left
	case detailOpen:
		l.Detail = l.Body
	default:
		l.List = l.Body
	}
	return l
}

// TooSmall returns the whole screen of a window that is too small: it says so
// and how large it must be, and what waits behind it, as far as there is room.
func TooSmall(t *Theme, w, h int, waits string) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	text := []string{
		"This window is too small",
		fmt.Sprintf("%dx%d; %dx%d is needed", w, h, minWidth, minHeight),
	}
	if w < width(text[0]) {
		text = []string{"too small", fmt.Sprintf("%dx%d", w, h)}
	}
	if waits != "" && width(waits) <= w && h > len(text) {
		text = append(text, waits)
	}
	lines := make([]string, 0, h)
	for range (h - len(text)) / 2 {
		lines = append(lines, pad(w))
	}
	for i, s := range text {
		pen := t.Dim
		if i == 0 {
			pen = t.Strong
		}
		lines = append(lines, newStrip(t, w).gap((w-width(s))/2).put(pen, s).end())
	}
	for len(lines) < h {
		lines = append(lines, pad(w))
	}
	return strings.Join(lines[:h], "\n")
}
