package ui

import "github.com/daprdeck/daprdeck/internal/workflow"

// noHistory is shown in the place of a history: a runtime that has none to give
// is not one that failed to give it.
func noHistory(err error) Empty {
	if workflow.KindOf(err) == workflow.KindOldRuntime {
		return Empty{Title: "There is no history to show", Lines: []string{
			capital(unread(err)) + ".", "What the runtime's metadata says of the instance is in Overview and Data.",
		}}
	}
	return Empty{Title: "The history could not be read", Lines: []string{errText(err)}}
}

// unread says why there is no history, for the middle of a sentence.
func unread(err error) string {
	if workflow.KindOf(err) == workflow.KindOldRuntime {
		return errText(err)
	}
	return "the history could not be read: " + errText(err)
}
