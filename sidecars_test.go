package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/cobra"

	"github.com/daprdeck/daprdeck/daprclient"
	"github.com/daprdeck/daprdeck/internal/config"
	"github.com/daprdeck/daprdeck/internal/discover"
)

// TestATokenIsForThoseWhoAskForOne: any process can call itself daprd and say
// that it listens on another machine. It is looked at, without the token.
func TestATokenIsForThoseWhoAskForOne(t *testing.T) {
	alone(t, "")
	secret := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(secret, []byte("of-the-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(daprclient.EnvAPIToken, "of-the-environment")
	for name, args := range map[string][]string{"environment": nil, "file": {"--api-token-file", secret}} {
		t.Run(name, func(t *testing.T) {
			var f flags
			cmd := &cobra.Command{Use: "daprdeck"}
			f.everywhere(cmd.PersistentFlags())
			f.connection(cmd.Flags())
			if err := cmd.ParseFlags(args); err != nil {
				t.Fatal(err)
			}
			s, err := f.session(cmd, true)
			if err != nil {
				t.Fatal(err)
			}
			shown := func(at place) bool {
				o, err := s.optionsOf(at)
				if err != nil {
					t.Fatal(err)
				}
				return o.APIToken != "" || o.TokenFile != ""
			}
			found := discover.Sidecar{AppID: "orders", Address: "evil.example.org:443"}
			if shown(placeOf(&found)) {
				t.Error("a stranger is shown the token")
			}
			found.NeedsToken = true
			if !shown(placeOf(&found)) {
				t.Error("a sidecar that asks for a token gets none")
			}
			if !shown(place{Address: config.Address{Address: "h:1"}}) {
				t.Error("one that the user named gets none")
			}
		})
	}
}
