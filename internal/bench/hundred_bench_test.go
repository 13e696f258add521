package bench

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The console over a synthetic source of 100,000 instances, 1 % of whose calls
// take half a second, on a pseudo terminal of 200x50:
//
//	go test -run '^$' -bench Hundred -benchtime 1x -timeout 30m ./internal/bench

// rounds is how many measurements a median is of.
const rounds = 7

func buildSynthetic(b *testing.B) (console, bare string) {
	b.Helper()
	if _, err := os.Stat("/proc/self/status"); err != nil {
		b.Skip("needs /proc")
	}
	dir := b.TempDir()
	return build(b, dir, "github.com/daprdeck/daprdeck/internal/bench/console"),
		build(b, dir, "github.com/daprdeck/daprdeck/internal/bench/bare")
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func percentile(x []float64, p int) float64 {
	x = slices.Sorted(slices.Values(x))
	return x[len(x)*p/100]
}

// BenchmarkHundredFirstRows is how long it takes until rows are on the screen.
func BenchmarkHundredFirstRows(b *testing.B) {
	console, _ := buildSynthetic(b)
	var watching, process []float64
	for b.Loop() {
		for range rounds {
			s := open(b, console)
			nanos, err := strconv.ParseInt(strings.TrimPrefix(s.mark(b, "began "), "began "), 10, 64)
			if err != nil {
				b.Fatal(err)
			}
			took := s.shows(b, "OrderProcessing")
			process = append(process, ms(took))
			watching = append(watching, ms(took-time.Unix(0, nanos).Sub(s.began)))
			s.close()
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(watching), "after-watch-ms")
	b.ReportMetric(slices.Max(watching), "after-watch-max-ms")
	b.ReportMetric(median(process), "after-process-ms")
}

// BenchmarkFleetFirstRows is how long it takes until rows are on the screen with
// ten sidecars of 1,000 instances of which one never answers.
func BenchmarkFleetFirstRows(b *testing.B) {
	console, _ := buildSynthetic(b)
	var process []float64
	for b.Loop() {
		for range rounds {
			s := open(b, console, "-sidecars", "9", "-mute", "-instances", "1000")
			process = append(process, ms(s.shows(b, "COMPLETED")))
			s.close()
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(process), "after-process-ms")
	b.ReportMetric(slices.Max(process), "after-process-max-ms")
}

// BenchmarkFleetMemory is the resident memory with 20 sidecars of 10,000
// instances each, and after ten refreshes more.
func BenchmarkFleetMemory(b *testing.B) {
	console, _ := buildSynthetic(b)
	for b.Loop() {
		s := open(b, console, "-sidecars", "20", "-instances", "10000", "-live", "0.01", "-churn", "20", "-interval", "1s")
		s.mark(b, "phase=2", "refreshes=1")
		loaded := s.resident(b)
		s.mark(b, "refreshes=11")
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(loaded, "MB-loaded")
		b.ReportMetric(s.resident(b), "MB-refreshed")
		s.close()
	}
}

// BenchmarkHundredKey is how long a key takes until its effect comes out of the
// pseudo terminal, while rows load and while refreshes run, above that of a
// bare program, in pairs.
func BenchmarkHundredKey(b *testing.B) {
	const pairs, cursor = 30, "▌"
	console, bare := buildSynthetic(b)
	for _, during := range []string{"load", "refresh"} {
		b.Run(during, func(b *testing.B) {
			var above, ours, theirs []float64
			for b.Loop() {
				s, plain := open(b, console, "-churn", "200"), open(b, bare)
				plain.shows(b, "bare-program")
				s.mark(b, "phase=1") // loading
				s.shows(b, cursor)
				if during == "refresh" {
					s.mark(b, "refreshes=1")
				}
				// From the middle of the window each key moves the cursor, also
				// while rows come in above.
				s.press(b, "G", cursor)
				for range 15 {
					s.press(b, "k", cursor)
				}
				n := 0
				for range rounds {
					var us, them []float64
					for range pairs {
						if during == "refresh" {
							s.now(b, "refreshing=true")
						}
						n++
						them = append(them, ms(plain.press(b, "j", strconv.Itoa(n%10))))
						us = append(us, ms(s.press(b, "jk"[n%2:n%2+1], cursor)))
						<-time.After(time.Duration(40+7*n%13) * time.Millisecond) // a hand
					}
					above = append(above, median(us)-median(them))
					ours, theirs = append(ours, us...), append(theirs, them...)
				}
				s.close()
				plain.close()
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(median(above), "above-bare-ms")
			b.ReportMetric(percentile(ours, 95)-percentile(theirs, 95), "above-bare-p95-ms")
			b.ReportMetric(median(ours), "console-ms")
			b.ReportMetric(median(theirs), "bare-ms")
			b.ReportMetric(percentile(ours, 99), "console-p99-ms")
		})
	}
}

// BenchmarkHundredMemory is the resident memory with all rows, and after ten
// refreshes more; the second with payloads of 20 kB.
func BenchmarkHundredMemory(b *testing.B) {
	console, _ := buildSynthetic(b)
	for _, n := range []int{100, 100_000} {
		for _, payload := range []int{0, 20_000} {
			b.Run(fmt.Sprintf("rows=%d/payload=%d", n, payload), func(b *testing.B) {
				for b.Loop() {
					s := open(b, console, "-instances", strconv.Itoa(n), "-payload", strconv.Itoa(payload), "-churn", "200", "-max-rate", "0", "-interval", "500ms")
					s.mark(b, "phase=2", "refreshes=1")
					loaded := s.resident(b)
					s.mark(b, "refreshes=11")
					b.ReportMetric(0, "ns/op")
					b.ReportMetric(loaded, "MB-loaded")
					b.ReportMetric(s.resident(b), "MB-refreshed")
					s.close()
				}
			})
		}
	}
}

// BenchmarkHundredBytes is what a refresh and the two seconds after it write to
// the terminal, with none and with five of the 45 rows on the screen changed.
func BenchmarkHundredBytes(b *testing.B) {
	console, _ := buildSynthetic(b)
	for _, wide := range []bool{false, true} {
		for _, stride := range []int{0, 9} {
			b.Run(fmt.Sprintf("wide=%v/changed=%d", wide, stride*5/9), func(b *testing.B) {
				for b.Loop() {
					s := open(b, console, "-wide="+strconv.FormatBool(wide), "-stride", strconv.Itoa(stride), "-live", "0", "-max-rate", "0", "-slow", "0")
					s.mark(b, "refreshes=2")
					var each []float64
					for i := range rounds {
						before := s.written()
						s.mark(b, fmt.Sprintf("refreshes=%d", i+3))
						each = append(each, float64(s.written()-before))
					}
					b.ReportMetric(0, "ns/op")
					b.ReportMetric(median(each), "B/refresh")
					s.close()
				}
			})
		}
	}
}
