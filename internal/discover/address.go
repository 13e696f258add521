package discover

import (
	"net"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Limits of what a command line may bring to the screen: a process names itself
// as it likes.
const (
	maxAppID     = 256  // bytes
	maxPath      = 1024 // bytes
	maxResources = 32
)

// loopback is where a daprd that listens on every address is reached.
const loopback = "127.0.0.1"

// sidecar makes what is listed of the flags. folder is the one that the process
// works in, empty when it is not known. It reports false for a daprd that has no
// address which could be typed.
func (f flags) sidecar(folder string) (Sidecar, bool) {
	address, ok := f.address(folder)
	if !ok || workflow.Clean(address) != address || len(address) > maxPath {
		return Sidecar{}, false
	}
	s := Sidecar{
		AppID: workflow.Shorten(workflow.CleanID(f.appID), maxAppID), Address: address,
		GRPCPort: f.grpcPort, HTTPPort: f.httpPort,
	}
	paths := f.resources
	if len(paths) == 0 && f.components != "" {
		paths = []string{f.components}
	}
	for _, p := range paths[:min(len(paths), maxResources)] {
		if p != "" {
			s.Resources = append(s.Resources, workflow.Shorten(workflow.Clean(absolute(p, folder)), maxPath))
		}
	}
	return s, true
}

// address is where the daprd serves gRPC (dapr pkg/api/grpc/server.go).
func (f flags) address(folder string) (string, bool) {
	if f.socketDir == "" {
		host, ok := f.host()
		return net.JoinHostPort(host, strconv.Itoa(f.grpcPort)), ok
	}
	path := absolute(f.socketDir+"/dapr-"+f.appID+"-grpc.socket", folder)
	return "unix://" + path, filepath.IsAbs(path)
}

// host chooses among the addresses that daprd listens on: loopback when it is
// there, else the first. What daprd cannot listen on, it leaves out itself.
func (f flags) host() (string, bool) {
	first := ""
	for entry := range strings.SplitSeq(f.listen, ",") {
		host, _, err := net.SplitHostPort(entry + ":" + strconv.Itoa(f.grpcPort))
		if err != nil || strings.ContainsAny(host, " /@?") {
			continue
		}
		ip, err := netip.ParseAddr(host)
		switch {
		case host == "", err == nil && ip.IsUnspecified():
			return loopback, true
		case host == "localhost", err == nil && ip.IsLoopback():
			return host, true
		case first == "":
			first = host
		}
	}
	return first, first != ""
}

// absolute resolves a path in the folder of the process, where that is known.
func absolute(path, folder string) string {
	if filepath.IsAbs(path) || folder == "" {
		return path
	}
	return filepath.Join(folder, path)
}
