//go:build !linux

package harness

import "syscall"

// dieWithParent keeps a Ctrl-C in the terminal from reaching the child. Only
// Linux can also tie the child's life to its parent's: elsewhere a killed
// test leaves its children behind.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
