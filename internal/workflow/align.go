package workflow

// Pair is what stands side by side in a comparison: an index of each side, -1
// where a side has nothing.
type Pair struct{ A, B int }

// token is an item to be aligned, as numbers that are equal when the items are
// alike: fine in everything that counts, coarse in what they are.
type token struct{ coarse, fine int32 }

// alignCells bounds the table that an alignment fills, and so its time (about
// a tenth of a second) and its memory (a byte a cell). Where the product of the
// lengths is larger, only items that stand about as far on in one list as in
// the other are seen to be alike.
const alignCells = 16 << 20

// minBand is how far off an item may be in any case.
const minBand = 64

// Ways from one cell of the table to the next.
const (
	stepPair = iota
	stepA
	stepB
)

// align puts items side by side that are alike, in the order of both lists, so
// that as many as possible are: three that are alike in everything count as
// much as four that are alike in what they are only. Where there is a choice,
// the earlier ones are paired.
func align(a, b []token) []Pair {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	pairs := make([]Pair, 0, max(len(a), len(b)))
	for i := range head {
		pairs = append(pairs, Pair{i, i})
	}
	pairs = alignMiddle(pairs, a[head:len(a)-tail], b[head:len(b)-tail], head)
	for i := range tail {
		pairs = append(pairs, Pair{len(a) - tail + i, len(b) - tail + i})
	}
	return pairs
}

// alignMiddle aligns what differs at both ends, and adds the pairs, which count
// from an index on.
func alignMiddle(pairs []Pair, a, b []token, from int) []Pair {
	t := newAlignTable(len(a), len(b))
	if len(a) > 0 && len(b) > 0 {
		t.fill(a, b)
	}
	for i, j := 0, 0; i < len(a) || j < len(b); {
		way := byte(stepA)
		switch {
		case i == len(a):
			way = stepB
		case j < len(b):
			way = t.way(i, j)
		}
		switch way {
		case stepPair:
			pairs = append(pairs, Pair{from + i, from + j})
			i++
			j++
		case stepA:
			pairs = append(pairs, Pair{from + i, -1})
			i++
		default:
			pairs = append(pairs, Pair{-1, from + j})
			j++
		}
	}
	return pairs
}

// alignTable holds the best way on from each pair of places, for those places
// that lie in a band around the diagonal.
type alignTable struct {
	n, m, half int
	ways       []byte
}

func newAlignTable(n, m int) *alignTable {
	t := &alignTable{n: n, m: m}
	if n > 0 {
		// Neighbouring rows must overlap.
		t.half = min(m, max(alignCells/(2*n), m/n+1, minBand))
	}
	return t
}

// low is the first column of a row's band, high the one behind its last.
func (t *alignTable) low(i int) int  { return max(0, i*t.m/t.n-t.half) }
func (t *alignTable) high(i int) int { return min(t.m, i*t.m/t.n+t.half+1) }

func (t *alignTable) width() int { return 2*t.half + 1 }

func (t *alignTable) way(i, j int) byte {
	if j >= t.high(i) {
		return stepA
	}
	if j < t.low(i) {
		return stepB
	}
	return t.ways[i*t.width()+j-t.low(i)]
}

// worth is what a pair counts; zero: it is none.
func worth(x, y token) int32 {
	switch {
	case x.fine == y.fine && x.coarse == y.coarse:
		return 4
	case x.coarse == y.coarse:
		return 3
	}
	return 0
}

// fill goes from the end to the beginning: score is what can be had from a row
// on, below that from the next one on.
func (t *alignTable) fill(a, b []token) {
	t.ways = make([]byte, t.n*t.width())
	score, below := make([]int32, t.m+2), make([]int32, t.m+2)
	for i := t.n - 1; i >= 0; i-- {
		low, high := t.low(i), t.high(i)
		row := t.ways[i*t.width():]
		score[high] = below[high] // past the band one can only leave out of a
		for j := high - 1; j >= low; j-- {
			best, way := score[j+1], byte(stepB)
			if below[j] >= best {
				best, way = below[j], stepA
			}
			if w := worth(a[i], b[j]); w > 0 && w+below[j+1] >= best {
				best, way = w+below[j+1], stepPair
			}
			score[j], row[j-low] = best, way
		}
		score, below = below, score
		// What lies before the band of a row is worth what its first place is.
		for j := max(0, low-t.m/t.n-2); j < low; j++ {
			below[j] = below[low]
		}
	}
}

// numbers gives equal texts equal numbers.
type numbers map[string]int32

func (n numbers) of(s string) int32 {
	i, ok := n[s]
	if !ok {
		i = int32(len(n))
		n[s] = i
	}
	return i
}

// AlignLines puts equal lines of two texts side by side.
func AlignLines(a, b []string) []Pair {
	n := numbers{}
	tokens := func(lines []string) []token {
		out := make([]token, len(lines))
		for i, s := range lines {
			k := n.of(s)
			out[i] = token{k, k}
		}
		return out
	}
	return align(tokens(a), tokens(b))
}
