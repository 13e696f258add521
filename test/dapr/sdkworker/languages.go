package sdkworker

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func python() spec {
	return spec{
		needs:   []need{{"python3", []string{"-c", "import ensurepip, venv"}}},
		pins:    []string{"requirements.txt"},
		version: need{"python3", []string{"--version"}},
		install: func(ctx context.Context, src, dir string) error {
			venv := filepath.Join(dir, "venv")
			if err := run(ctx, dir, "python3", "-m", "venv", venv); err != nil {
				return err
			}
			pip := filepath.Join(venv, "bin", "pip")
			if err := run(ctx, dir, pip, "install", "--quiet", "--no-deps", "--requirement", filepath.Join(src, "requirements.txt")); err != nil {
				return err
			}
			return run(ctx, dir, pip, "check")
		},
		command: func(src, dir string) (string, []string, []string) {
			return filepath.Join(dir, "venv", "bin", "python"), []string{filepath.Join(src, "worker.py")},
				[]string{"PYTHONDONTWRITEBYTECODE=1", "PYTHONUNBUFFERED=1"}
		},
	}
}

func javaScript() spec {
	pins := []string{"package.json", "package-lock.json"}
	return spec{
		needs:   []need{{program: "node"}, {program: "npm"}},
		pins:    pins,
		version: need{"node", []string{"--version"}},
		install: func(ctx context.Context, src, dir string) error {
			for _, name := range pins {
				if err := copyFile(filepath.Join(src, name), filepath.Join(dir, name)); err != nil {
					return err
				}
			}
			return run(ctx, dir, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
		},
		command: func(src, dir string) (string, []string, []string) {
			return "node", []string{filepath.Join(src, "worker.js")}, []string{"NODE_PATH=" + filepath.Join(dir, "node_modules")}
		},
	}
}

func java() spec {
	return spec{
		needs:   []need{{program: "javac"}, {program: "mvn"}},
		pins:    []string{"pom.xml", "src/main/java/worker/*.java"},
		version: need{"javac", []string{"-version"}},
		install: func(ctx context.Context, src, dir string) error {
			args := []string{
				"--quiet", "--batch-mode", "--file", filepath.Join(src, "pom.xml"), "-Dout=" + dir, "compile", "dependency:copy-dependencies",
			}
			// What Maven has downloaded before need not be looked for again.
			if run(ctx, dir, "mvn", append([]string{"--offline"}, args...)...) == nil {
				return nil
			}
			return run(ctx, dir, "mvn", args...)
		},
		command: func(_, dir string) (string, []string, []string) {
			cp := filepath.Join(dir, "classes") + string(os.PathListSeparator) + filepath.Join(dir, "lib", "*")
			return "java", []string{"-Xmx256m", "-cp", cp, "worker.Worker"}, nil
		},
	}
}

// run runs a program in a folder with the environment of the caller.
func run(ctx context.Context, dir, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", filepath.Base(program), strings.Join(args, " "), err, out)
	}
	return nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	defer func() { _ = in.Close() }()
	out, err := os.Create(to)
	if err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	_, err = io.Copy(out, in)
	if closed := out.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("copy %s: %w", from, err)
	}
	return nil
}
