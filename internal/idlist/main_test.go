package idlist

import (
	"context"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// asHelper is set where this test program can also be a console.
var asHelper = map[string]func() error{
	storeEnv: func() error { return addMany(context.Background(), NewStore("."), os.Getenv(storeEnv)) },
}

func TestMain(m *testing.M) {
	for name, run := range asHelper {
		if os.Getenv(name) == "" {
			continue
		}
		if err := run(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}
