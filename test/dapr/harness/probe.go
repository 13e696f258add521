package harness

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// pollEvery is the pause between two looks at something that becomes ready.
const pollEvery = 20 * time.Millisecond

var errGone = errors.New("the process has ended")

// poll calls check until it returns nil, gone is closed or ctx ends, and
// returns the last error of check with the reason. gone may be nil.
func poll(ctx context.Context, gone <-chan struct{}, check func(context.Context) error) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	var last error
	for {
		err := try(ctx, check)
		if err == nil {
			return nil
		}
		// An attempt that the end of the wait cut short says nothing.
		if last == nil || ctx.Err() == nil {
			last = err
		}
		select {
		case <-gone:
			return errors.Join(errGone, last)
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), last)
		case <-tick.C:
		}
	}
}

// try bounds one attempt, so that a server that accepts and never answers
// does not hold up the next one.
func try(ctx context.Context, check func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return check(ctx)
}

// Eventually calls check until it returns nil, at most until ctx ends.
func Eventually(ctx context.Context, check func(context.Context) error) error {
	return poll(ctx, nil, check)
}

// healthy checks a Dapr health endpoint, which answers 200 or 204 when ready.
func healthy(port int, path string) func(context.Context) error {
	return func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+loopback(port)+path, nil)
		if err != nil {
			return fmt.Errorf("health request: %w", err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return fmt.Errorf("health: %w", err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusNoContent {
			return fmt.Errorf("health: %s", resp.Status)
		}
		return nil
	}
}
