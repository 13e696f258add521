//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package input

import (
	"os"
	"time"
)

// canWait says that readable does not wait.
const canWait = false

// readable does not wait: a console of Windows hands out whole keys.
func readable(*os.File, time.Duration) bool { return false }
