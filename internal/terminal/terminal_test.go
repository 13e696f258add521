package terminal

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func env(pairs ...string) func(string) string {
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return values[name] }
}

func TestWhatTheEnvironmentSays(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("TERM means nothing there")
	}
	for _, c := range []struct {
		name         string
		env          func(string) string
		plain, ascii bool
		fails        bool
	}{
		{"nothing", env(), true, false, true},
		{"dumb", env("TERM", "dumb", "LANG", "C.UTF-8"), true, false, true},
		{"vt100", env("TERM", "vt100", "LANG", "en_US.UTF-8"), true, false, false},
		{"unknown", env("TERM", "frob"), true, false, false},
		{"xterm", env("TERM", "xterm-256color"), false, false, false},
		{"xterm, another encoding", env("TERM", "xterm", "LANG", "de_DE.ISO-8859-1"), false, true, false},
		{"xterm, C", env("TERM", "xterm", "LANG", "C"), false, true, false},
		{"LC_ALL comes first", env("TERM", "xterm", "LC_ALL", "C.utf8", "LANG", "C"), false, false, false},
		{"LC_ALL comes first, the other way", env("TERM", "xterm", "LC_ALL", "POSIX", "LANG", "C.UTF-8"), false, true, false},
		{"LC_CTYPE before LANG", env("TERM", "xterm", "LC_CTYPE", "UTF-8", "LANG", "C"), false, false, false},
		{"screen", env("TERM", "screen-256color"), false, true, false},
		{"tmux", env("TERM", "xterm", "TMUX", "/tmp/x,1,0"), false, true, false},
		{"tmux with a locale", env("TERM", "tmux-256color", "TMUX", "x", "LANG", "en_GB.UTF-8"), false, false, false},
		{"the console of Linux", env("TERM", "linux", "LANG", "en_US.UTF-8"), false, false, false},
	} {
		got := Of(c.env)
		if got.Plain != c.plain || got.ASCII != c.ascii || (got.Check() != nil) != c.fails || got.ASCII && got.Locale == "" {
			t.Errorf("%s: %+v, %v", c.name, got, got.Check())
		}
	}
}

// TestAPlainTerminalGetsNoQuestions nor what it would print.
func TestAPlainTerminalGetsNoQuestions(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	for _, p := range []string{
		"a\x1b[?2026$p\x1b[?2027$p\x1b]11;?\x07\x1b[>4m\x1b[?1049h\x1b[?25l", "\x1b[?5Wb\x1b[>1u\x1b[?u\x1b]2;a title\x1b\\c",
		"\x1b[1;5H\x1b[Kd\x1b[c\x1b[0c\x1b[6n\x1b[>0q\x1bP+q5463\x1b\\e", "\x1b[?2004h\x1b7\x1b[2Jf\x1b",
	} {
		if n, err := (Output{file}).Write([]byte(p)); n != len(p) || err != nil {
			t.Fatal(n, err)
		}
	}
	got, err := os.ReadFile(file.Name())
	if want := "a\x1b[?1049h\x1b[?25lbc\x1b[1;5H\x1b[Kde\x1b[?2004h\x1b7\x1b[2Jf\x1b"; err != nil || string(got) != want {
		t.Errorf("%q, want %q, %v", got, want, err)
	}
}

func TestCheckSize(t *testing.T) {
	for size, want := range map[[2]int]bool{
		{0, 0}: true, {80, 24}: true, {500, 200}: true, {4096, 256}: true, {4097, 1}: false, {1, 4097}: false, {2048, 1024}: false, {65535, 65535}: false,
	} {
		if got := CheckSize(size[0], size[1]) == nil; got != want {
			t.Errorf("%v: %v", size, got)
		}
	}
}
