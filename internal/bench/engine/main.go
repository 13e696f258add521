// Engine serves the embedded engine with settled instances until its standard
// input ends. Its first line of output is the address.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/daprdeck/daprdeck/internal/embedded"
)

func main() {
	n := flag.Int("instances", 1000, "how many")
	flag.Parse()
	if err := serve(*n); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(n int) error {
	ctx := context.Background()
	e, err := embedded.Start(ctx, embedded.Options{Seed: 1})
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	defer e.Close()
	if err := e.Seed(ctx, n); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	if _, err := fmt.Fprintln(os.Stdout, e.Addr()); err != nil {
		return fmt.Errorf("say the address: %w", err)
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err //nolint:wrapcheck // the end of the input
}
