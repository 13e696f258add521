package main

import (
	"context"

	"github.com/daprdeck/daprdeck/test/dapr/load"
)

// seed makes the instances.
func (d *dev) seed(ctx context.Context) error {
	client, done, err := d.sidecar.Client()
	if err != nil {
		return err
	}
	defer done()
	plan := load.Showcase(d.opts.instances)
	if d.opts.sdk != "" {
		plan = load.SDKShowcase(d.opts.instances)
	}
	_, err = load.Fill(ctx, client, plan, load.Options{AtOnce: atOnce})
	return err
}

// atOnce is how many instances are made at the same time: few enough that the
// worker stays at hand for whoever looks on.
const atOnce = 8
