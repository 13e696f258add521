// Package embedded runs a workflow engine inside the process and serves it as
// a Dapr sidecar would: durabletask-go's own engine over a state store in
// memory, on a loopback port, with the task hub service and the one method of
// Dapr's runtime service that a console needs (GetMetadata).
//
// It exists so that the demo and the tests speak the real protocol without a
// Dapr runtime. What it answers is what Dapr 1.18 answers: the rules were
// ported from github.com/dapr/dapr v1.18.0, pkg/actors/targets/workflow and
// pkg/runtime/wfengine, and package conformance asserts them against both.
//
// Nothing here polls. A workflow turn starts when an event arrives or when a
// timer of the Go runtime fires, so an engine at rest uses no processor time.
package embedded
