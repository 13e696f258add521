package discover

import (
	"io"
	"strconv"

	"github.com/spf13/pflag"
)

// The ports of a daprd that was told nothing (dapr pkg/runtime/config.go).
const (
	defaultGRPCPort = "50001"
	defaultHTTPPort = "3500"
	maxPort         = 65535
)

// flags are those of a daprd that tell where it is.
type flags struct {
	appID      string
	grpcPort   int
	httpPort   int // 0 when it is no port
	socketDir  string
	listen     string
	components string
	resources  []string
}

// The flags of daprd 1.18 that matter to nobody here, but for whether the next
// argument belongs to them (dapr cmd/daprd/options/options.go). A flag of
// another version counts as one that takes a value, unless another flag follows.
func otherValues() []string {
	return []string{
		"mode", "dapr-public-port", "dapr-public-listen-address", "dapr-internal-grpc-port",
		"dapr-internal-grpc-listen-address", "app-port", "profile-port", "app-protocol", "config",
		"control-plane-address", "sentry-address", "control-plane-trust-domain", "control-plane-namespace",
		"sentry-request-jwt-audiences", "allowed-origins", "app-max-concurrency", "dapr-http-max-request-size",
		"max-body-size", "dapr-http-read-buffer-size", "read-buffer-size", "dapr-graceful-shutdown-seconds",
		"dapr-block-shutdown-duration", "app-health-check-path", "app-health-probe-interval",
		"app-health-probe-timeout", "app-health-threshold", "app-channel-address", "disable-init-endpoints",
		"placement-host-address", "scheduler-host-address", "scheduler-job-streams", "actors-disseminate-timeout",
		"reminders-service", "actors-service", "log-level", "log-file", "metrics-port", "metrics-listen-address",
	}
}

func otherSwitches() []string {
	return []string{
		"enable-profiling", "enable-mtls", "app-ssl", "enable-api-logging", "disable-builtin-k8s-secret-store",
		"enable-app-health-check", "log-as-json", "enable-metrics",
	}
}

// errands are the switches that make daprd do something else than serve.
func errands() []string { return []string{"version", "build-info", "wait"} }

// word is the value of a flag that takes any.
type word struct {
	text string
	kind string
}

func (w *word) String() string { return w.text }

func (w *word) Set(s string) error {
	w.text = s
	return nil
}

func (w *word) Type() string { return w.kind }

// addSwitch adds a flag that takes no argument of its own.
func addSwitch(set *pflag.FlagSet, name string) *word {
	w := &word{kind: "bool"}
	set.Var(w, name, "")
	set.Lookup(name).NoOptDefVal = "true"
	return w
}

// parseArgs reads the arguments of a daprd, without its name. It reports false
// for those of none that serves: a daprd does not start without an app ID, nor
// with flags that cannot be read, and a port of 0 says nothing about the port
// that it got.
func parseArgs(args []string) (flags, bool) {
	var f flags
	var grpcPort, httpPort string
	set := pflag.NewFlagSet("daprd", pflag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	set.ParseErrorsWhitelist.UnknownFlags = true
	set.StringVar(&f.appID, "app-id", "", "")
	set.StringVar(&grpcPort, "dapr-grpc-port", defaultGRPCPort, "")
	set.StringVar(&httpPort, "dapr-http-port", defaultHTTPPort, "")
	set.StringVar(&f.socketDir, "unix-domain-socket", "", "")
	set.StringVar(&f.listen, "dapr-listen-addresses", "", "")
	set.StringVar(&f.components, "components-path", "", "")
	set.StringSliceVar(&f.resources, "resources-path", nil, "")
	for _, name := range otherValues() {
		set.Var(&word{kind: "string"}, name, "")
	}
	for _, name := range otherSwitches() {
		addSwitch(set, name)
	}
	var away []*word
	for _, name := range errands() {
		away = append(away, addSwitch(set, name))
	}
	if err := set.Parse(doubleDashes(args)); err != nil || f.appID == "" {
		return flags{}, false
	}
	for _, w := range away {
		if on, err := strconv.ParseBool(w.text); err == nil && on {
			return flags{}, false
		}
	}
	var ok bool
	if f.grpcPort, ok = port(grpcPort); !ok && f.socketDir == "" {
		return flags{}, false
	}
	f.httpPort, _ = port(httpPort)
	if f.socketDir != "" {
		f.grpcPort, f.httpPort = 0, 0
	}
	return f, true
}

// doubleDashes does what daprd does: -app-id is --app-id.
func doubleDashes(args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		if len(a) > 2 && a[0] == '-' && a[1] != '-' {
			a = "-" + a
		}
		out[i] = a
	}
	return out
}

// port reads a port as daprd does.
func port(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > maxPort {
		return 0, false
	}
	return n, true
}
