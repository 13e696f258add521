package keymap

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// maxFunctionKey is the last function key that a terminal can send.
const maxFunctionKey = 63

// modifiers are what can stand before a key, in the order in which a terminal
// program gets them.
func modifiers() []string { return []string{"ctrl", "alt", "shift", "meta", "hyper", "super"} }

// keyNames are the keys that have a name.
func keyNames() []string {
	return []string{
		"enter", "tab", "backspace", "esc", "space", "up", "down", "left", "right", "begin", "find", "insert", "delete", "select",
		"pgup", "pgdown", "home", "end",
	}
}

// otherNames are names that people know keys by.
func otherNames() map[string]string {
	return map[string]string{
		"escape": "esc", "return": "enter", "pageup": "pgup", "pagedown": "pgdown", "pgdn": "pgdown", "del": "delete", "ins": "insert",
		"↑": "up", "↓": "down", "←": "left", "→": "right", "plus": "+", "minus": "-", "bar": "|", "comma": ",", "slash": "/",
	}
}

// checkKey returns why a key cannot be bound: no terminal sends it, or it
// arrives as another one.
func checkKey(key string) error {
	mods, base := splitKey(key)
	switch {
	case key == "":
		return fmt.Errorf("the name of a key is missing")
	case key == " " || base == " ":
		return fmt.Errorf("%s: the space bar is called space", quote(key))
	case strings.Contains(key, " "):
		return fmt.Errorf("%s is no key: a binding is one key, not a sequence", quote(key))
	}
	if err := checkModifiers(key, mods); err != nil {
		return err
	}
	if utf8.RuneCountInString(base) == 1 && otherNames()[base] == "" {
		return checkCharacter(key, mods, base)
	}
	return checkName(key, mods, base)
}

// splitKey takes the modifiers off a key. The key may be the plus itself.
func splitKey(key string) (mods []string, base string) {
	parts := strings.Split(key, "+")
	if strings.HasSuffix(key, "+") {
		parts = append(parts[:len(parts)-2], "+")
	}
	return parts[:len(parts)-1], parts[len(parts)-1]
}

func checkModifiers(key string, mods []string) error {
	order := modifiers()
	last := -1
	for _, m := range mods {
		i := slices.Index(order, m)
		switch {
		case i < 0:
			return fmt.Errorf("%s: %s is no modifier%s", quote(key), quote(m), meant(workflow.Nearest(strings.ToLower(m), order)))
		case i <= last:
			return fmt.Errorf("%s: modifiers come once each, in this order: %s", quote(key), strings.Join(order, ", "))
		}
		last = i
	}
	return nil
}

// checkCharacter is checkKey for a key that types a character.
func checkCharacter(key string, mods []string, base string) error {
	r, _ := utf8.DecodeRuneInString(base)
	shift := slices.Contains(mods, "shift")
	switch {
	case r == utf8.RuneError || !unicode.IsPrint(r):
		return fmt.Errorf("%s is no key", quote(key))
	case len(mods) == 1 && shift && unicode.IsLower(r):
		return fmt.Errorf("%s: write it as the letter that it types, %s", quote(key), quote(string(unicode.ToUpper(r))))
	case len(mods) == 1 && shift:
		return fmt.Errorf("%s: write it as the character that it types", quote(key))
	case len(mods) > 0 && unicode.IsUpper(r):
		return fmt.Errorf("%s: with a modifier a letter is a small one: %s", quote(key), quote(strings.TrimSuffix(key, base)+string(unicode.ToLower(r))))
	case len(mods) == 1 && mods[0] == "ctrl":
		if other := map[string]string{"i": "tab", "m": "enter", "[": "esc"}[base]; other != "" {
			return fmt.Errorf("%s arrives as %s from most terminals", quote(key), other)
		}
	}
	return nil
}

// checkName is checkKey for a key with a name.
func checkName(key string, mods []string, base string) error {
	if n, err := strconv.Atoi(strings.TrimPrefix(base, "f")); err == nil && strings.HasPrefix(base, "f") && n >= 1 && n <= maxFunctionKey && base == "f"+strconv.Itoa(n) {
		return nil
	}
	if slices.Contains(keyNames(), base) {
		return nil
	}
	low := strings.ToLower(base)
	other := otherNames()[low]
	if other == "" && slices.Contains(keyNames(), low) {
		other = low
	}
	if other == "" {
		other = workflow.Nearest(low, keyNames())
	}
	if other != "" {
		other = strings.Join(append(slices.Clone(mods), other), "+")
	}
	return fmt.Errorf("%s is no key%s", quote(key), meant(other))
}

// types reports whether a key types a character, so that text has a right to
// it.
func types(key string) bool { return utf8.RuneCountInString(key) == 1 || key == "space" }

// shifted reports whether nobody presses a key by accident: a capital letter,
// or a key with a modifier.
func shifted(key string) bool {
	mods, base := splitKey(key)
	r, size := utf8.DecodeRuneInString(base)
	return len(mods) > 0 || size == len(base) && unicode.IsUpper(r)
}

// meant words the nearest name, where there is one.
func meant(name string) string {
	if name == "" {
		return ""
	}
	return ": did you mean " + quote(name) + "?"
}

// quote makes what somebody wrote safe to print.
func quote(s string) string { return strconv.Quote(workflow.Clean(s)) }

// drawn is a key in few cells.
func drawn(key string) string {
	mods, base := splitKey(key)
	switch base {
	case "up":
		base = "↑"
	case "down":
		base = "↓"
	case "left":
		base = "←"
	case "right":
		base = "→"
	case "pgdown":
		base = "pgdn"
	}
	return strings.Join(append(slices.Clone(mods), base), "+")
}

// First and Last return the first and the last key of a binding, arrows as
// arrows, for where there is no room for all.
func First(b Binding) string { return nth(b, 0) }

// Last is First for the last.
func Last(b Binding) string { return nth(b, len(b.Keys())-1) }

func nth(b Binding, i int) string {
	if keys := b.Keys(); i >= 0 && i < len(keys) {
		return drawn(keys[i])
	}
	return ""
}
