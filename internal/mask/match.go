package mask

import (
	"encoding/json"
	"strings"
)

// member reports whether the member of this name, as it is written, is masked,
// and notes where the paths stand in its value.
func (s *scan) member(depth int, raw string) bool {
	known, seen := s.verdicts[raw]
	if seen && len(s.m.paths) == 0 {
		return known
	}
	name := plainName(raw)
	if !seen {
		for _, g := range s.m.names {
			known = known || g.match(name)
		}
		if s.verdicts == nil {
			s.verdicts = map[string]bool{}
		}
		if len(s.verdicts) < maxVerdicts {
			s.verdicts[raw] = known
		}
	}
	if known || len(s.m.paths) == 0 {
		return known
	}
	return s.advance(depth, func(st step) bool { return !st.element && st.name.match(name) })
}

// element is member for an element of a list.
func (s *scan) element(depth, index int) bool {
	if len(s.m.paths) == 0 {
		return false
	}
	return s.advance(depth, func(st step) bool {
		return st.element && (st.index < 0 || st.index == index) || !st.element && len(st.name) == 2 && st.name[0]+st.name[1] == ""
	})
}

// plainName is a name as rules have it: in small letters, without escapes,
// without what shows nothing and without blanks around it.
func plainName(raw string) string {
	if strings.IndexByte(raw, '\\') >= 0 {
		var name string
		if json.Unmarshal([]byte(`"`+raw+`"`), &name) == nil {
			raw = name
		}
	}
	return strings.TrimSpace(fold(raw))
}

// advance moves every path a step on, into what stands one level deeper. A
// place is a bit: the number of steps that have been taken.
func (s *scan) advance(depth int, taken func(step) bool) bool {
	next, here := s.level(depth+1), s.levels[depth]
	for i, p := range s.m.paths {
		next[i] = 0
		for at, st := range p {
			if here[i]&(1<<at) == 0 {
				continue
			}
			if st.deep {
				next[i] |= 1 << at
			}
			if taken(st) {
				next[i] |= 1 << (at + 1)
			}
		}
	}
	return s.hits(next)
}

// hits reports whether a path has come to its end.
func (s *scan) hits(places []uint64) bool {
	for i, p := range s.m.paths {
		if places[i]&(1<<len(p)) != 0 {
			return true
		}
	}
	return false
}
