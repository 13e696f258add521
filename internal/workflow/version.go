package workflow

import (
	"strconv"
	"strings"
)

// version is a release of the Dapr runtime.
type version [3]int

// parseVersion reads "1.18.0", with or without a v and build metadata. What is
// no release is not known: an edge build has every version's faults and none,
// and a pre-release may or may not have a fix of its release.
func parseVersion(s string) (version, bool) {
	s, _, _ = strings.Cut(strings.TrimPrefix(s, "v"), "+")
	parts := strings.Split(s, ".")
	if len(parts) != len(version{}) {
		return version{}, false
	}
	var v version
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 16)
		if err != nil {
			return version{}, false
		}
		v[i] = int(n)
	}
	return v, true
}

// before reports whether v is older than other.
func (v version) before(other version) bool {
	for i := range v {
		if v[i] != other[i] {
			return v[i] < other[i]
		}
	}
	return false
}
