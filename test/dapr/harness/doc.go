// Package harness builds and starts the real Dapr runtime for tests.
//
// Nothing is downloaded but Go modules: Build compiles daprd, placement and
// scheduler once into a cache folder, StartRuntime starts a scheduler, and
// Runtime.StartSidecar starts a daprd with a placement and a SQLite state
// store of its own. All of it listens on loopback only, on free ports, with
// its files in a temporary folder, and dies with the process that started it.
package harness
