// Package console drives a terminal program as a person does: it runs the
// built program in a pseudo-terminal, types keys, and reads the screen that a
// terminal emulator makes of its output. Nothing in it waits for a fixed
// time: a wait ends with the output that fulfils it, with the end of the
// program, or with its deadline.
//
// The emulator is charmbracelet/x/vt: unlike smaller ones it knows wide
// characters, REP and private control sequences, so that the queries of Bubble
// Tea (synchronized output, the kitty keyboard, colours) leave no trace on
// the screen. It answers none of them, as a plain terminal does, unless
// Options.Replies says so.
package console
