package workflow

import (
	"cmp"
	"slices"
	"strings"
)

// sign is something in a history that tells which SDKs can have written it. The
// sources are in docs/operations.md.
type sign struct {
	words string
	sdks  []SDK
	// weight is 4 for what one SDK alone leaves, 2 for what is usual for it, 1
	// for a hint.
	weight int
	// only rules out every other SDK.
	only bool
	seen func(*traces) bool
}

// The weights of signs, and what a sum of them is worth.
const (
	strong   = 4
	usual    = 2
	hint     = 1
	atLikely = 2
	// atCertain takes two signs at least.
	atCertain = 5
)

// signs are the rules of the recognition.
func signs() []sign {
	return slices.Concat(idSigns(), timerSigns(), payloadSigns(), failureSigns())
}

// idSigns are about numbers and IDs.
func idSigns() []sign {
	return []sign{
		{"task execution IDs of 32 hex digits", []SDK{SDKDotNet}, strong, true, func(t *traces) bool { return t.taskID == taskIDHex }},
		{"random task execution IDs", []SDK{SDKGo}, strong, true, func(t *traces) bool { return t.taskID == taskIDRandom }},
		{"task execution IDs made of names", []SDK{SDKPython, SDKJava}, usual, true, func(t *traces) bool { return t.taskID == taskIDNamed }},
		{"no task execution IDs", []SDK{SDKJavaScript}, usual, false, func(t *traces) bool { return t.taskID == taskIDNone }},
		{"no task execution IDs", []SDK{SDKJavaScript, SDKRust, SDKPython, SDKDotNet, SDKGo}, 0, true, func(t *traces) bool { return t.taskID == taskIDNone }},
		{"events numbered from 0", []SDK{SDKGo, SDKJava, SDKDotNet, SDKRust}, hint, true, func(t *traces) bool { return t.first == 0 }},
		{"events numbered from 1", []SDK{SDKPython, SDKJavaScript, SDKJava}, hint, true, func(t *traces) bool { return t.first == 1 }},
		{"events numbered from 1", []SDK{SDKPython, SDKJavaScript}, hint, false, func(t *traces) bool { return t.first == 1 && !t.raisedFirst }},
		{"events numbered from 1, with task execution IDs", []SDK{SDKPython}, usual, false, func(t *traces) bool { return t.first == 1 && !t.raisedFirst && t.taskID == taskIDNamed }},
		{"a completion with the number 0", []SDK{SDKDotNet, SDKRust}, usual, true, func(t *traces) bool { return t.completedZero }},
		{"a completion with the number 0, without task execution IDs", []SDK{SDKRust}, usual, false, func(t *traces) bool { return t.completedZero && t.taskID == taskIDNone }},
		{"children numbered from 0000", []SDK{SDKGo}, usual, false, func(t *traces) bool { return t.childID == childIDZero }},
		{"events carried over without a date", []SDK{SDKPython, SDKJavaScript}, usual, false, func(t *traces) bool { return t.undated }},
		{"a workflow name with a package", []SDK{SDKJava}, hint, false, func(t *traces) bool { return strings.Contains(t.workflow, ".") }},
		{"new work while suspended", []SDK{SDKDotNet}, usual, false, func(t *traces) bool { return t.movedSuspended }},
	}
}

// timerSigns are about timers.
func timerSigns() []sign {
	return []sign{
		{"its patch of event timers", []SDK{SDKRust}, strong, true, func(t *traces) bool { return t.rustPatch }},
		{"endless waits without nanoseconds", []SDK{SDKRust}, strong, true, func(t *traces) bool { return t.wholeSentinel }},
		{"timers with an empty name", []SDK{SDKJava}, strong, true, func(t *traces) bool { return t.emptyName || t.nextName }},
		{"timers without a name", []SDK{SDKGo, SDKPython, SDKJavaScript, SDKDotNet, SDKRust}, 0, true, func(t *traces) bool { return t.noName }},
		{"waits with a name and a number of their own", []SDK{SDKJava}, strong, true, func(t *traces) bool { return t.namedWait && t.gapBeforeWait }},
		{"waits with a name", []SDK{SDKGo, SDKJava}, hint, true, func(t *traces) bool { return t.namedWait }},
		{"waits with a name and no number of their own", []SDK{SDKGo}, strong, false, func(t *traces) bool { return t.namedWait && t.closeBeforeWait }},
		{"waits without a name", []SDK{SDKPython, SDKDotNet, SDKRust}, hint, true, func(t *traces) bool { return t.namelessWait }},
		{"retry timers named after the workflow", []SDK{SDKJava}, strong, true, func(t *traces) bool { return t.workflowRetry }},
		{"timers that tell what made them", []SDK{SDKGo, SDKPython, SDKJava, SDKDotNet}, 0, true, func(t *traces) bool { return t.origins && !t.onlyWaits }},
	}
}

// payloadSigns are about the text of payloads. The workflow's own input counts
// for nothing: the one who started it wrote it.
func payloadSigns() []sign {
	return []sign{
		{"inputs that are present and empty", []SDK{SDKDotNet}, strong, true, func(t *traces) bool { return t.emptyInput }},
		{"results that are present and empty", []SDK{SDKDotNet, SDKJavaScript}, usual, false, func(t *traces) bool { return t.emptyResult }},
		{"JSON with a space behind each colon", []SDK{SDKPython}, usual, false, func(t *traces) bool { return t.spacedJSON }},
		{"JSON with marks of Python classes", []SDK{SDKPython}, strong, true, func(t *traces) bool { return t.pythonMark }},
		{"JSON with escaped angle brackets", []SDK{SDKGo}, usual, false, func(t *traces) bool { return t.escapedAngles }},
	}
}

// failureSigns are about the words of failures.
func failureSigns() []sign {
	var out []sign
	for _, s := range SDKs() {
		out = append(out,
			sign{
				"the words of its failures",
				[]SDK{s},
				strong, false,
				func(t *traces) bool { return t.failures[s] },
			},
			sign{
				"the form of its stack traces",
				[]SDK{s},
				strong, false,
				func(t *traces) bool { return t.stacks[s] },
			})
	}
	return out
}

// recognize weighs the signs of a history.
func recognize(events []Event) Worker {
	t := tracesOf(events)
	possible := SDKs()
	score := map[SDK]int{}
	count := map[SDK]int{}
	words := map[SDK][]string{}
	seen := slices.DeleteFunc(signs(), func(s sign) bool { return !s.seen(&t) })
	slices.SortStableFunc(seen, func(a, b sign) int { return cmp.Compare(b.weight, a.weight) })
	for _, s := range seen {
		if s.only {
			left := slices.DeleteFunc(slices.Clone(possible), func(k SDK) bool { return !slices.Contains(s.sdks, k) })
			if len(left) > 0 { // else several SDKs have written it: the scores decide
				possible = left
			}
		}
		for _, k := range s.sdks {
			score[k] += s.weight
			count[k]++
			if s.weight > 0 && !slices.Contains(words[k], s.words) {
				words[k] = append(words[k], s.words)
			}
		}
	}
	w := Worker{Possible: possible}
	ranked := slices.SortedStableFunc(slices.Values(possible), func(a, b SDK) int { return cmp.Compare(score[b], score[a]) })
	best := ranked[0]
	rival := 0
	if len(ranked) > 1 {
		rival = score[ranked[1]]
	}
	switch {
	case score[best] < atLikely || score[best] <= rival:
		return w
	case score[best] >= atCertain && count[best] > 1 && score[best] >= 2*rival:
		w.Sure = Certain
	default:
		w.Sure = Likely
	}
	w.SDK, w.Possible, w.Signs = best, []SDK{best}, words[best]
	w.Version = versionWords(best, &t)
	return w
}

// versionWords tells the versions of an SDK that leave such a history. Only
// daprd 1.18 and later keep what made a timer, so that its absence tells
// nothing where nothing else does.
func versionWords(s SDK, t *traces) string {
	since := map[SDK]string{SDKGo: "1.15 or later", SDKPython: "1.18 or later", SDKJava: "1.18 or later", SDKDotNet: "1.18 or later"}
	switch {
	case t.origins && since[s] != "":
		return since[s]
	case s == SDKJava && (t.workflowRetry || t.namedWait || t.emptyName):
		return "1.17"
	case s == SDKDotNet && t.taskID == taskIDHex:
		return "1.17 or later"
	}
	return ""
}
