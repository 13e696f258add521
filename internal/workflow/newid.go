package workflow

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// portableID is the length up to which Dapr's own workflow API takes an
// instance ID (dapr pkg/api/universal/workflow.go, validateInstanceID).
const portableID = 64

// CheckNewID judges the ID of an instance that is to be made. The error, of
// KindInvalidID, says why no such instance may be made: "||" breaks every
// listing of the app from then on, with "::" an activity never answers, an ID
// with blanks at its ends looks like another one, and the other characters make
// the runtime refuse the start. The warning says that other tools will not take the ID:
// Dapr's HTTP API knows letters, digits, - and _, up to 64 of them. An empty ID
// is one that is generated, and all right.
func CheckNewID(id string) (warning string, err error) {
	if reason := refusedID(id); reason != "" {
		return "", &Error{Kind: KindInvalidID, Message: "an instance ID " + reason, ID: id}
	}
	n := utf8.RuneCountInString(id)
	switch {
	case strings.ContainsFunc(id, notPortable):
		return "other tools may not take this ID: only letters, digits, - and _ are safe", nil
	case n > portableID:
		return fmt.Sprintf("other tools may not take this ID: it has %d characters, and %d are safe", n, portableID), nil
	}
	return "", nil
}

// refusedID says what is wrong with an ID, empty when nothing is.
func refusedID(id string) string {
	switch {
	case !utf8.ValidString(id):
		return "must be valid UTF-8"
	case strings.Contains(id, "||"):
		return "must not contain ||: it would break every listing of the app"
	case strings.Contains(id, "::"):
		return "must not contain ::, because the results of its activities go to another instance (dapr#10488)"
	case strings.TrimSpace(id) == "" && id != "":
		return "must not be blank"
	case strings.TrimSpace(id) != id:
		return "must not begin or end with a blank"
	case strings.HasSuffix(id, "|"):
		return "must not end with |: the listing would show it without"
	case strings.ContainsAny(id, `/\#?`):
		return `must not contain / \ # or ?`
	case strings.ContainsFunc(id, unicode.IsControl):
		return "must not contain control characters"
	}
	return ""
}

func notPortable(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
		return false
	}
	return true
}
