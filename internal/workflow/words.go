package workflow

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// span writes how long something lasts: 4s, 12m, 3h04m, 5d02h.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return strconv.Itoa(int(max(0, d)/time.Second)) + "s"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + "m"
	case d < day:
		return fmt.Sprintf("%dh%02dm", int(d/time.Hour), int(d%time.Hour/time.Minute))
	}
	return fmt.Sprintf("%dd%02dh", int(d/day), int(d%day/time.Hour))
}

// plural writes "1 suspend", "2 suspends".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}

// count writes a number with separators: 12,000.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// quote is a text from outside, on one line and not too long.
func quote(s string) string {
	c := strings.TrimSpace(Clean(Shorten(s, 4*maxQuote)))
	if short := Shorten(c, maxQuote); len(short) < len(c) {
		return short + "…"
	}
	return c
}

// unquoted takes the quotes off a JSON string without escapes: reasons come as
// plain text or as JSON.
func unquoted(s string) string {
	if n := len(s); n >= 2 && s[0] == '"' && s[n-1] == '"' && !strings.Contains(s, `\`) {
		return s[1 : n-1]
	}
	return s
}

// list writes names of external events and the like, each once whatever its
// case, with how often it comes, the first ones only: "approve (2), cancel and
// 3 more".
func list(names []string) string {
	var order []string
	times := map[string]int{}
	for _, n := range names {
		key := strings.ToLower(n)
		if times[key]++; times[key] == 1 {
			order = append(order, n)
		}
	}
	more := max(0, len(order)-maxNames)
	var out []string
	for _, n := range order[:len(order)-more] {
		text := quote(n)
		if n := times[strings.ToLower(n)]; n > 1 {
			text += fmt.Sprintf(" (%d)", n)
		}
		out = append(out, text)
	}
	if more > 0 {
		return strings.Join(out, ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(out, ", ")
}

// notRegisteredName finds a name that was not registered in the message of a
// failure; what is empty when there is none. The message of a parent holds
// that of its child.
func notRegisteredName(message string) (what, name string) {
	w, name, ok := saidOf(message, failedUnknownWorkflow, failedUnknownActivity)
	switch {
	case !ok || name == "":
		return "", ""
	case w.kind == failedUnknownActivity:
		return "activity", name
	}
	return "workflow", name
}
