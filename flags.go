package main

import (
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/daprdeck/daprdeck/daprclient"
	"github.com/daprdeck/daprdeck/internal/config"
	"github.com/daprdeck/daprdeck/internal/once"
)

// flags is what stands on the command line.
type flags struct {
	file, context                         string
	addresses                             []string
	tokenFile                             string
	tls                                   bool
	tlsCA, tlsCert, tlsKey, tlsServerName string
	ids                                   string
	readOnly, ascii, mouse, utc           bool
	interval, readTimeout, actionTimeout  time.Duration
	logFile                               string
	maxReads                              int
	maxRate                               float64
	once, null                            bool
	output, filter                        string
}

// everywhere are the flags of every command.
func (f *flags) everywhere(set *pflag.FlagSet) {
	set.StringVar(&f.file, "config", "", "the configuration file; without it $DAPRDECK_CONFIG, else daprdeck/config.yaml where configurations are")
	set.BoolVar(&f.readOnly, "read-only", false, "bind no key that changes anything, and refuse changes")
	set.BoolVar(&f.ascii, "ascii", false, "draw without symbols of ambiguous width")
	set.BoolVar(&f.mouse, "mouse", false, "select and scroll with the mouse (selecting text then needs shift)")
	set.BoolVar(&f.utc, "utc", false, "show times in UTC")
	set.DurationVar(&f.interval, "interval", 2*time.Second, "time between two refreshes")
	set.DurationVar(&f.actionTimeout, "timeout", daprclient.DefaultActionTimeout, "deadline of an operation; below 8s the reason of a refusal can be lost")
	set.DurationVar(&f.readTimeout, "read-timeout", daprclient.DefaultReadTimeout, "deadline of a read")
	set.IntVar(&f.maxReads, "max-reads", 32, "how many instances are read at a time at most; fewer while answers are slow or fail")
	set.Float64Var(&f.maxRate, "max-rate", 2000, "how many instances are read in a second at most; 0 is no limit, which --once has unless told otherwise")
	set.StringVar(&f.logFile, "log-file", "", "write a log of JSON lines to this file; never payloads, never tokens")
}

// connection are the flags of what connects to a sidecar.
func (f *flags) connection(set *pflag.FlagSet) {
	set.StringVar(&f.context, "context", "", "the context of the configuration to use")
	set.StringArrayVarP(&f.addresses, "address", "a", nil, "a sidecar's gRPC address: host:port or unix://path; with a name before it: orders=host:port")
	set.StringVar(&f.tokenFile, "api-token-file", "", "the file that holds the API token; else DAPR_API_TOKEN is sent when it is set")
	set.BoolVar(&f.tls, "tls", false, "encrypt the connection to a plain host:port")
	set.StringVar(&f.tlsCA, "tls-ca", "", "trust the certificates of this file instead of the system's; implies --tls")
	set.StringVar(&f.tlsCert, "tls-cert", "", "the client certificate; implies --tls")
	set.StringVar(&f.tlsKey, "tls-key", "", "the key of the client certificate")
	set.StringVar(&f.tlsServerName, "tls-server-name", "", "the name that the server's certificate is for; implies --tls")
	set.StringVar(&f.ids, "ids", "", "a file of instance IDs, one a line, for runtimes that cannot list them")
}

// printing are the flags of --once.
func (f *flags) printing(set *pflag.FlagSet) {
	set.BoolVar(&f.once, "once", false, "print the list after one full load and exit")
	set.StringVarP(&f.output, "output", "o", "table", "with --once: "+once.FormatList())
	set.BoolVarP(&f.null, "null", "0", false, "with --once -o ids: end each ID with a zero byte, for xargs -0")
	set.StringVar(&f.filter, "filter", "", "with --once: print only what matches, as behind the / of the console")
}

// given is the value of a flag, unset when it is not on the command line.
func given[T any](set *pflag.FlagSet, name string, v T) config.Value[T] {
	if !set.Changed(name) {
		return config.Value[T]{}
	}
	return config.Of(v, config.Origin{Kind: config.FromFlag, Name: "--" + name})
}

// said is what the flags of a command say.
func (f *flags) said(cmd *cobra.Command) (config.Settings, error) {
	set := cmd.Flags()
	s := config.Settings{
		TokenFile: given(set, "api-token-file", f.tokenFile),
		TLS: config.TLS{
			Enabled: given(set, "tls", f.tls), CA: given(set, "tls-ca", f.tlsCA), Cert: given(set, "tls-cert", f.tlsCert),
			Key: given(set, "tls-key", f.tlsKey), ServerName: given(set, "tls-server-name", f.tlsServerName),
		},
		IDs: given(set, "ids", f.ids), ReadOnly: given(set, "read-only", f.readOnly),
		Interval: given(set, "interval", f.interval), ReadTimeout: given(set, "read-timeout", f.readTimeout), Timeout: given(set, "timeout", f.actionTimeout),
		MaxReads: given(set, "max-reads", f.maxReads), MaxRate: given(set, "max-rate", f.maxRate),
		ASCII: given(set, "ascii", f.ascii), Mouse: given(set, "mouse", f.mouse), UTC: given(set, "utc", f.utc),
		LogFile: given(set, "log-file", f.logFile),
	}
	var err error
	s.Addresses, err = config.FlagAddresses(f.addresses, config.Origin{Kind: config.FromFlag, Name: "--address"}, oneForm)
	return s, err
}

// defaults are what holds when nobody says anything: the defaults of the flags.
func defaults() config.Settings {
	var f flags
	f.everywhere(pflag.NewFlagSet("", pflag.ContinueOnError))
	from := config.Origin{Kind: config.Default}
	return config.Settings{
		Addresses: config.Of([]config.Address{{Address: daprclient.Target{}.String(), From: from}}, from),
		ReadOnly:  config.Of(f.readOnly, from), Interval: config.Of(f.interval, from), ReadTimeout: config.Of(f.readTimeout, from),
		Timeout: config.Of(f.actionTimeout, from), MaxReads: config.Of(f.maxReads, from), MaxRate: config.Of(f.maxRate, from),
		ASCII: config.Of(f.ascii, from), Mouse: config.Of(f.mouse, from), UTC: config.Of(f.utc, from),
	}
}
