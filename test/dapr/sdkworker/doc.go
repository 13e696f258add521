// Package sdkworker runs the workers of test/dapr/workers: workflows in Python,
// JavaScript and Java, each on the Dapr SDK of its language.
//
// The packages of a language are installed once, by its ordinary client (pip,
// npm, Maven), into a folder of the user's cache that is named after what is
// pinned. A worker is a process that ends with its sidecar.
package sdkworker
