//go:build !unix

package main

import "os"

// A system without job control has none of these signals.
var stopSignals, continueSignals []os.Signal

// signalName returns the name of a signal, such as terminated.
func signalName(s os.Signal) string { return s.String() }

// continueSelf does nothing: nothing stops the process.
func continueSelf() {}

// stopSelf returns false: the process cannot be stopped.
func stopSelf() bool { return false }
