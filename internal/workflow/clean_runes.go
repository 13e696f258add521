package workflow

import (
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks one character keeps. Vietnamese has two,
// pointed Hebrew four; more are drawn over the lines above and below.
const maxMarks = 4

const (
	// emptyBraille is the Braille pattern without dots, which looks like a space.
	emptyBraille = 0x2800
	nonJoiner    = 0x200c
)

// unsafeRune reports whether a rune above U+007F has no business on a
// terminal: the C1 controls, whatever turns the direction of the text around,
// and characters that show nothing and so can hide or fake a name.
// What joins and colors emoji goes too: terminals and programs disagree on how
// wide the result is, and a row that is drawn wider than it was measured tears
// the screen. The parts of such an emoji then stand side by side.
func unsafeRune(r rune) bool {
	switch {
	case r < 0x80:
		return false
	case r <= 0x9f, r >= 0x2028 && r <= 0x202e, r >= 0x200d && r <= 0x200f, r == 0x61c, r >= 0x2066 && r <= 0x2069:
		return true
	case r >= 0x1f3fb && r <= 0x1f3ff: // skin tones
		return true
	case r >= 0x600 && r <= 0x605, r == 0x6dd, r == 0x70f, r == 0x890, r == 0x891, r == 0x8e2, r == 0x110bd, r == 0x110cd:
		return true // signs that join with what follows, any number of them to one character
	}
	return showsNothing(r)
}

// showsNothing reports whether a rune above U+007F is drawn as nothing at all:
// Default_Ignorable_Code_Point of Unicode 16, but for U+200C (see joins), the
// characters that are none, and the Braille pattern without dots.
func showsNothing(r rune) bool {
	switch {
	case r == 0xad, r == 0x34f, r == 0x200b, r == 0xfeff, r == emptyBraille:
		return true
	case r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0: // fillers of Hangul
		return true
	case r == 0x17b4, r == 0x17b5, r >= 0x180b && r <= 0x180f: // vowels of Khmer, variants of Mongolian
		return true
	case r >= 0x2060 && r <= 0x206f, r >= 0xfe00 && r <= 0xfe0f:
		return true
	case r >= 0xfff0 && r <= 0xfffb, r&0xfffe == 0xfffe:
		return true
	case r >= 0x1bca0 && r <= 0x1bca3, r >= 0x1d173 && r <= 0x1d17a, r >= 0x13430 && r <= 0x1343f: // layout
		return true
	}
	return r >= 0xe0000 && r <= 0xe0fff
}

// flow follows cleaned text and decides what may come next in it. The zero flow
// is at the beginning of a line.
type flow struct {
	// prev is the last character that is no mark, 0 at the beginning of a line,
	// and marks how many marks it has.
	prev  rune
	marks int
	// half says that prev is the first half of a flag.
	half bool
	// lines says that the text has several lines.
	lines bool
}

// flowAfter is the flow at the end of a clean text.
func flowAfter(clean string, lines bool) flow {
	from := len(clean)
	for from > 0 {
		r, size := utf8.DecodeLastRuneInString(clean[:from])
		from -= size
		if r != nonJoiner && !mark(r) && !leadingJamo(r) && !regional(r) {
			break // what comes before has no say
		}
	}
	f := flow{lines: lines}
	for i, r := range clean[from:] {
		f.takes(r, clean[from+i+utf8.RuneLen(r):])
	}
	return f
}

// regional reports whether a rune is half of a flag.
func regional(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }

// base follows a character that is no mark.
func (f *flow) base(r rune) {
	f.prev, f.marks, f.half = r, 0, regional(r) && !f.half
	if r == '\n' && f.lines {
		f.prev = 0
	}
}

// takes reports whether a rune may come next, before rest, and follows it.
func (f *flow) takes(r rune, rest string) bool {
	switch {
	case r == nonJoiner:
		next, _ := utf8.DecodeRuneInString(rest)
		return joins(f.prev) && joins(next)
	case regional(r) && !f.half: // half a flag has no width that programs agree on
		if next, _ := utf8.DecodeRuneInString(rest); !regional(next) {
			return false
		}
	case mark(r), leadingJamo(r) && leadingJamo(f.prev):
		if f.prev == 0 || f.marks == maxMarks {
			return false
		}
		f.marks++
		return true
	}
	f.base(r)
	return true
}

// mark reports whether a rune combines with the one before it: a mark, or the
// vowel or the end of a syllable of Hangul.
func mark(r rune) bool {
	switch {
	case r >= 0x1161 && r <= 0x11ff, r >= 0xd7b0 && r <= 0xd7fb:
		return true
	case r < 0x300, r >= 0x3400 && r < 0xa000, r >= 0xac00 && r < 0xd7a4: // most texts end here
		return false
	}
	return unicode.Is(unicode.M, r)
}

// leadingJamo reports whether a rune begins a syllable of Hangul. Any number of
// them in a row are one syllable.
func leadingJamo(r rune) bool { return r >= 0x1100 && r <= 0x115e || r >= 0xa960 && r <= 0xa97c }

// joins reports whether a rune is a letter of a script in which U+200C has a
// meaning: Arabic and its kin, and the scripts of India with their virama.
func joins(r rune) bool {
	if r < 0x600 || !unicode.Is(unicode.L, r) {
		return false
	}
	return unicode.In(r, unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Nko, unicode.Devanagari, unicode.Bengali,
		unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam,
		unicode.Sinhala, unicode.Khmer, unicode.Myanmar, unicode.Tibetan)
}
