// Command daprd is Dapr 1.16's own daprd, unchanged.
package main

import "github.com/dapr/dapr/cmd/daprd/app"

func main() { app.Run() }
