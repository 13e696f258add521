package load

import (
	"strings"

	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// Mix describes many instances.
type Mix struct {
	Instances int
	// Live is how many in a hundred have not come to an end.
	Live float64
	// Payload is the least size of each input in bytes, but for children; 0
	// leaves the inputs as small as they are.
	Payload int
}

// Plan is the samples that make exactly as many instances as the mix says,
// children included, with the live ones spread evenly among them.
func (m Mix) Plan() []Sample {
	live, over := cycle{samples: living()}, cycle{samples: finished()}
	var plan []Sample
	for made, alive := 0, 0; made < m.Instances; {
		from := &over
		if float64(alive) < m.Live/100*float64(made+1)-1e-9 {
			from = &live
			alive++
		}
		s := from.next(m.Instances - made)
		s.Input = padded(s, m.Payload)
		plan = append(plan, s)
		made += s.size()
	}
	return plan
}

// cycle hands out samples in turn.
type cycle struct {
	samples []Sample
	at      int
}

// next is the next sample that makes at most so many instances; one that makes
// a single one must be among them.
func (c *cycle) next(most int) Sample {
	for {
		s := c.samples[c.at%len(c.samples)]
		c.at++
		if s.size() <= most {
			return s
		}
	}
}

// living are the kinds that wait, each in its own way.
func living() []Sample {
	return []Sample{
		{Prefix: "wait", Workflow: worker.Approval},
		{Prefix: "order", Workflow: worker.Approval, Input: `{"limit":"100h","sku":"A1","qty":3}`},
		{Prefix: "status", Workflow: worker.CustomStatus, Input: `"waiting for the bank"`},
		nap(), paused(), tomorrow(), held(),
	}
}

// finished are the kinds that come to an end, the quick ones more often: what
// an ordinary day leaves behind.
func finished() []Sample {
	echo := Sample{Prefix: "echo", Workflow: worker.Echo, Input: `{"sku":"A1","qty":3}`, Ends: true}
	sequence := Sample{Prefix: "sequence", Workflow: worker.Sequence, Input: `{"sku":"B2"}`, Ends: true}
	payment := Sample{Prefix: "payment", Workflow: worker.Failing, Ends: true}
	parts := Sample{Prefix: "parts", Workflow: worker.FanOut, Input: `3`, Ends: true}
	family := Sample{Prefix: "family", Workflow: worker.Parent, Input: `{"children":2,"wait":false}`, Children: 2, Ends: true}
	return []Sample{
		echo, sequence, echo, payment, echo, ended(), echo, parts, echo, echo, family,
		echo, sequence, echo, payment, echo, echo, echo, echo, echo,
	}
}

// padded is the input of a sample with at least n bytes. Its workflow does with
// it what it does with the input of the sample, or what it does without one.
func padded(s Sample, n int) string {
	object, isObject := strings.CutPrefix(s.Input, "{")
	switch {
	case len(s.Input) >= n:
		return s.Input
	case s.Workflow == worker.CustomStatus:
		return text(n)
	case isObject:
		return `{"pad":` + text(n) + `,` + object
	default:
		return `{"pad":` + text(n) + `}`
	}
}
