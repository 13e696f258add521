package daprclient

import (
	"strings"
	"testing"
)

func TestParseTarget(t *testing.T) {
	for in, want := range map[string]string{
		"127.0.0.1:50001":        "127.0.0.1:50001",
		"host:50001":             "host:50001",
		"[::1]:50001":            "[::1]:50001",
		":50001":                 "localhost:50001",
		"50001":                  "127.0.0.1:50001",
		"unix:///run/dapr.sock":  "unix:///run/dapr.sock",
		"unix:run/dapr.sock":     "unix://run/dapr.sock",
		"unix-abstract:dapr":     "unix-abstract:dapr",
		"http://host:3000":       "host:3000",
		"https://host":           "https://host:443",
		"https://host:8443":      "https://host:8443",
		"host:50001?tls=true":    "https://host:50001",
		"host:50001?tls=false":   "host:50001",
		"dns:host:50001":         "host:50001",
		"dns://10.0.0.1/host:50": "host:50",
	} {
		got, err := ParseTarget(in)
		if err != nil || got.String() != want {
			t.Errorf("ParseTarget(%q) = %v, %v, want %s", in, got, err, want)
		}
	}
}

func TestParseTargetRefuses(t *testing.T) {
	for in, reason := range map[string]string{
		"":                         "empty",
		"host":                     "no port",
		"[::1]":                    "no port",
		"::1":                      "no port",
		"http://host":              "no port",
		"dns:host":                 "no port",
		"dns://host":               "dns://server/host:port",
		"::1:50001:x":              "brackets",
		"fe80::1:2:3:4:5:6:7:8":    "brackets",
		"host:0":                   "not a port",
		"host:65536":               "not a port",
		"host:http":                "not a port",
		"0":                        "no port",
		"99999":                    "no port",
		"ftp://host:1":             "unknown scheme",
		"inv-scheme:myhost:5000":   "brackets",
		"vsock:1:2":                "not supported",
		"unix://":                  "socket is missing",
		"http:host:1":              "want http://host:port",
		"host:1/path":              "no path",
		"user@host:1":              "no user",
		"host:1?tls=yes":           "true or false",
		"host:1?x=1":               "unknown option",
		"https://host:1?tls=false": "which say it themselves",
		"ho st:1":                  "not the name of a host",
	} {
		got, err := ParseTarget(in)
		if err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("ParseTarget(%q) = %v, %v, want an error with %q", in, got, err, reason)
		}
	}
}

func TestParseTargetErrorsAreCleaned(t *testing.T) {
	_, err := ParseTarget("ho\x1b[31mst")
	if err == nil || strings.Contains(err.Error(), "\x1b") || strings.Contains(err.Error(), "x1b") {
		t.Errorf("error %v", err)
	}
}

// The table of the SDK (client/internal/parse_test.go), without vsock.
func TestEndpointsAreThoseOfTheSDK(t *testing.T) {
	const ip6 = "[2001:db8:1f70:0:999:de8:7648:6e8]"
	for in, want := range map[string]string{
		":5000":                                "localhost:5000",
		":5000?tls=true":                       "https://localhost:5000",
		"myhost":                               "myhost:443",
		"myhost?tls=false":                     "myhost:443",
		"myhost?tls=true":                      "https://myhost:443",
		"myhost:443?tls=true":                  "https://myhost:443",
		"http://myhost":                        "myhost:443",
		"http://myhost:5000":                   "myhost:5000",
		"https://myhost:443":                   "https://myhost:443",
		"dns:myhost":                           "myhost:443",
		"dns:myhost?tls=true":                  "https://myhost:443",
		"dns://myauthority:53/myhost":          "myhost:443",
		"dns://myauthority/myhost?tls=true":    "https://myhost:443",
		"unix:my.sock":                         "unix://my.sock",
		"unix:my.sock?tls=true":                "unix://my.sock",
		"unix:///my.sock":                      "unix:///my.sock",
		"dns:1.2.3.4:443":                      "1.2.3.4:443",
		"dns:" + ip6 + ":5000":                 ip6 + ":5000",
		"dns:" + ip6:                           ip6 + ":443",
		"dns://myauthority:53/" + ip6:          ip6 + ":443",
		"https://" + ip6:                       "https://" + ip6 + ":443",
		"https://" + strings.Trim(ip6, "[]"):   "https://" + ip6 + ":443",
		"https://" + ip6 + ":5000":             "https://" + ip6 + ":5000",
		"dns://myauthority:53/myhost?tls=true": "https://myhost:443",
	} {
		got, err := TargetFromEnv(env(EnvEndpoint, in))
		if err != nil || got.String() != want {
			t.Errorf("%s=%q: %v, %v, want %s", EnvEndpoint, in, got, err, want)
		}
	}
	for _, in := range []string{
		"http://myhost?tls=false", "http://myhost:443?tls=true", "https://myhost:443/tls=false",
		"dns://myhost", "dns:" + ip6 + ":5000?abc=[]", "host:5000/v1/dapr", "host:5000/?a=1",
		"inv-scheme://myhost", "inv-scheme:myhost:5000",
	} {
		got, err := TargetFromEnv(env(EnvEndpoint, in))
		if err == nil || !strings.HasPrefix(err.Error(), EnvEndpoint+": ") {
			t.Errorf("%s=%q: %v, %v, want an error that names the variable", EnvEndpoint, in, got, err)
		}
	}
}

func TestTargetFromEnvPrefersTheEndpoint(t *testing.T) {
	for _, c := range []struct{ endpoint, port, want string }{
		{"", "", "127.0.0.1:50001"},
		{"", "3501", "127.0.0.1:3501"},
		{"https://example.test", "3501", "https://example.test:443"},
	} {
		got, err := TargetFromEnv(env(EnvEndpoint, c.endpoint, EnvPort, c.port))
		if err != nil || got.String() != c.want {
			t.Errorf("endpoint %q, port %q: %v, %v, want %s", c.endpoint, c.port, got, err, c.want)
		}
	}
	if got, err := TargetFromEnv(env(EnvPort, "x")); err == nil || !strings.HasPrefix(err.Error(), EnvPort+": ") {
		t.Errorf("port x: %v, %v, want an error that names the variable", got, err)
	}
}

// env is an environment of pairs.
func env(pairs ...string) func(string) (string, bool) {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(k string) (string, bool) { v, ok := m[k]; return v, ok }
}
