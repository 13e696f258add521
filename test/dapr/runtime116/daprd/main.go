// Command daprd is Dapr's own daprd, unchanged, of the older release.
package main

import "github.com/dapr/dapr/cmd/daprd/app"

func main() { app.Run() }
