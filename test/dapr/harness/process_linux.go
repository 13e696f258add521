package harness

import "syscall"

// dieWithParent makes the kernel kill the child when its parent dies, however
// that happens, and keeps a Ctrl-C in the terminal from reaching the child
// before its parent has dealt with it.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}
