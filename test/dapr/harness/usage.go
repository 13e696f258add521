package harness

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of the times in /proc/PID/stat: the kernel shows them in
// hundredths of a second on every machine (USER_HZ).
const tick = 10 * time.Millisecond

var errProc = errors.New("not as proc(5) says")

// CPUTime is the processor time that a process has used so far, in user and in
// kernel mode, in steps of 10 ms. It is read from /proc, which only Linux has.
func CPUTime(pid int) (time.Duration, error) {
	path := fmt.Sprintf("/proc/%d/stat", pid)
	data, err := os.ReadFile(path)
	if err != nil {
		return 0, fmt.Errorf("processor time: %w", err)
	}
	// The second field, the name in parentheses, may hold anything.
	fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
	const utime, stime = 14 - 3, 15 - 3 // counted from 1 in proc(5), and two are gone
	if len(fields) <= stime {
		return 0, fmt.Errorf("%s: %w", path, errProc)
	}
	var ticks int64
	for _, field := range []string{fields[utime], fields[stime]} {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", path, err)
		}
		ticks += n
	}
	return time.Duration(ticks) * tick, nil
}

// Memory is what a process holds of the machine's memory, in bytes.
type Memory struct {
	Resident int64 // now
	Peak     int64 // at most, since its start
}

// MemoryOf reads the memory of a process from /proc, which only Linux has.
func MemoryOf(pid int) (Memory, error) {
	path := fmt.Sprintf("/proc/%d/status", pid)
	f, err := os.Open(path)
	if err != nil {
		return Memory{}, fmt.Errorf("memory: %w", err)
	}
	defer func() { _ = f.Close() }()
	var m Memory
	for lines := bufio.NewScanner(f); lines.Scan(); {
		key, value, _ := strings.Cut(lines.Text(), ":")
		var into *int64
		switch key {
		case "VmRSS":
			into = &m.Resident
		case "VmHWM":
			into = &m.Peak
		default:
			continue
		}
		if _, err := fmt.Sscanf(value, "%d kB", into); err != nil {
			return Memory{}, fmt.Errorf("%s: %s: %w", path, key, err)
		}
		*into <<= 10
	}
	if m.Resident == 0 || m.Peak == 0 {
		return Memory{}, fmt.Errorf("%s: %w", path, errProc)
	}
	return m, nil
}

// CPUTime is the processor time that daprd has used since it was started.
func (s *Sidecar) CPUTime() (time.Duration, error) { return CPUTime(s.PID()) }
