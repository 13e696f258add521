package jsontree

import (
	"fmt"
	"strings"
	"testing"
)

// large is a payload of about 5 MB, as an order with many lines is.
func large() string {
	var b strings.Builder
	b.WriteString(`{"order":"A-1","lines":[`)
	for i := 0; b.Len() < 5<<20; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"sku":"SKU-%06d","qty":%d,"price":%d.50,"name":"椅子 %d","gift":false,"tags":["a","b"],"at":"2026-11-23T09:41:03Z"}`, i, i%7, i, i)
	}
	b.WriteString(`]}`)
	return b.String()
}

// BenchmarkLarge is what a payload of 5 MB costs: to read and fold it, off the
// update loop; to draw a page of it; and, on the update loop, to fold and to
// search it.
func BenchmarkLarge(b *testing.B) {
	text := large()
	doc := Read(text)
	folds := NewFolds(doc.Tree)
	b.Run("read and fold", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			NewFolds(Read(text).Tree).FoldBelow(2)
		}
	})
	b.Run("page of 50 lines", func(b *testing.B) {
		b.ReportAllocs()
		top, buf := folds.Lines()/2, []Piece(nil)
		for b.Loop() {
			for i := range 50 {
				buf, _ = folds.Line(top+i, buf[:0])
			}
		}
	})
	b.Run("fold one", func(b *testing.B) {
		for b.Loop() {
			folds.Fold(2, true)
			folds.Fold(2, false)
		}
	})
	for _, word := range []string{"sku-03", "e", "椅", "nowhere"} {
		b.Run("find "+word, func(b *testing.B) {
			for b.Loop() {
				doc.Find(NewFinder(word), 100_000)
			}
		})
	}
}
