package harness

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// component is the component file of the sidecar's state store, empty for none.
func (s *Sidecar) component() string {
	switch s.opts.Store {
	case StoreNone:
		return ""
	case StoreMemory:
		return storeComponent("state.in-memory", true)
	case StoreRedis:
		return storeComponent("state.redis", true, "redisHost", loopback(s.redisPort), "redisPassword", "")
	case StoreUnlistable:
		return storeComponent("state.aws.dynamodb", true, "table", "workflows", "region", "nowhere-1",
			"endpoint", s.table.url, "accessKey", "none", "secretKey", "none")
	case StoreSQLite, StoreNotActor:
	}
	// The busy timeout is ten times the default: many tests write at the same
	// time, and the default answers a burst of starts with SQLITE_BUSY.
	return storeComponent("state.sqlite", s.opts.Store == StoreSQLite,
		"connectionString", filepath.Join(s.storeDir(), "state.db"), "busyTimeout", "20s")
}

// storeDir is where the SQLite store lies.
func (s *Sidecar) storeDir() string {
	if s.opts.Replica != nil {
		return s.opts.Replica.dir
	}
	return s.dir
}

// storeComponent is the component file of a state store; settings are pairs.
func storeComponent(kind string, forActors bool, settings ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `apiVersion: dapr.io/v1alpha1
kind: Component
metadata:
  name: statestore
spec:
  type: %s
  version: v1
  metadata:
`, kind)
	settings = append(settings, "actorStateStore", strconv.FormatBool(forActors))
	for i := 0; i+1 < len(settings); i += 2 {
		fmt.Fprintf(&b, "  - name: %s\n    value: %q\n", settings[i], settings[i+1])
	}
	return b.String()
}

// errNoRedis says what a test that needs Redis is skipped for.
var errNoRedis = errors.New("redis-server is not on the PATH (Debian: apt-get install redis-server)")

// RedisServer finds Debian's redis-server. Its error is the reason why a test
// that needs one has to be skipped.
func RedisServer() (string, error) {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return "", errNoRedis
	}
	return path, nil
}

// startStore starts what the state store needs, for this sidecar alone.
func (s *Sidecar) startStore(ctx context.Context) error {
	switch s.opts.Store {
	case StoreRedis:
		return s.startRedis(ctx)
	case StoreUnlistable:
		var err error
		s.table, err = startTable(ctx)
		return err
	case StoreSQLite, StoreNone, StoreNotActor, StoreMemory:
	}
	return nil
}

// startRedis starts a Redis server on a free loopback port, with nothing but
// memory.
func (s *Sidecar) startRedis(ctx context.Context) error {
	path, err := RedisServer()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	if err := s.rt.ports.fill(ctx, &s.redisPort); err != nil {
		return err
	}
	s.redis, err = s.rt.spawn.launch(command{
		name: "redis-server", path: path, dir: s.dir, env: s.rt.env(), logPath: filepath.Join(s.dir, "redis.log"),
		args: []string{
			"--bind", "127.0.0.1", "--port", strconv.Itoa(s.redisPort), "--dir", s.dir,
			"--save", "", "--appendonly", "no", "--daemonize", "no",
		},
	})
	if err != nil {
		return err
	}
	if err := s.redis.waitReady(ctx, pong(s.redisPort)); err != nil {
		s.redis.kill()
		return err
	}
	return nil
}

var errNoPong = errors.New("redis does not answer a ping")

// pong checks that a Redis server answers.
func pong(port int) func(context.Context) error {
	return func(ctx context.Context) error {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", loopback(port))
		if err != nil {
			return fmt.Errorf("redis: %w", err)
		}
		defer func() { _ = conn.Close() }()
		if deadline, ok := ctx.Deadline(); ok {
			if err := conn.SetDeadline(deadline); err != nil {
				return fmt.Errorf("redis: %w", err)
			}
		}
		if _, err := conn.Write([]byte("PING\r\n")); err != nil {
			return fmt.Errorf("redis: %w", err)
		}
		line, err := bufio.NewReader(conn).ReadString('\n')
		if err != nil {
			return fmt.Errorf("redis: %w", err)
		}
		if line != "+PONG\r\n" {
			return fmt.Errorf("%w: %q", errNoPong, line)
		}
		return nil
	}
}
