package workflow

import "context"

// AskFirst is the largest answer, in bytes, that is read of an instance without
// the user asking for it: of its history, or of its payloads. It is what a
// runtime sends by default (4 MiB, --max-body-size). In memory an instance takes
// many times as much.
const AskFirst = 4 << 20

type readLimit struct{}

// WithReadLimit returns a context in which no answer of more than n bytes is
// read: the error's kind is KindTooLarge.
func WithReadLimit(ctx context.Context, n int) context.Context {
	return context.WithValue(ctx, readLimit{}, n)
}

// ReadLimit returns the limit of a context, 0 for none.
func ReadLimit(ctx context.Context) int {
	n, _ := ctx.Value(readLimit{}).(int)
	return n
}
