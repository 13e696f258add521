package embedded

import (
	"log/slog"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/dapr/durabletask-go/api/protos"
)

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

func quietStore() *store {
	return newStore("orders", newHubLogger(discard()), time.Millisecond)
}

// The listing must be right whatever is added, purged and compacted between
// its pages: compared with a plain list.
func TestListingAgainstPlainList(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	s := quietStore()
	var plain []string
	for n := range 5000 {
		if len(plain) > 0 && random.IntN(5) < 2 {
			k := random.IntN(len(plain))
			s.remove(s.byID[plain[k]])
			plain = slices.Delete(plain, k, k+1)
		} else {
			id := strconv.Itoa(n)
			s.insert(id)
			plain = append(plain, id)
		}
		if n%97 == 0 && !slices.Equal(pages(t, s, uint32(1+random.IntN(40))), plain) {
			t.Fatalf("after %d changes the pages are not the list", n)
		}
	}
	for len(plain) > 0 { // until nothing is left
		s.remove(s.byID[plain[0]])
		plain = plain[1:]
	}
	if got := pages(t, s, 10); len(got) != 0 || len(s.order) > 200 {
		t.Fatalf("%d instances and %d places are left", len(got), len(s.order))
	}
}

func pages(t *testing.T, s *store, size uint32) []string {
	t.Helper()
	var all []string
	req := &protos.ListInstanceIDsRequest{PageSize: &size}
	for {
		page, err := s.ListInstanceIDs(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page.GetInstanceIds()...)
		if page.ContinuationToken == nil {
			return all
		}
		req.ContinuationToken = page.ContinuationToken
	}
}

func TestPageBetweenPurges(t *testing.T) {
	s := quietStore()
	for n := range 300 {
		s.insert(strconv.Itoa(n))
	}
	size := uint32(100)
	req := &protos.ListInstanceIDsRequest{PageSize: &size}
	first, err := s.ListInstanceIDs(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 250 { // more than half of all: the list is compacted
		s.remove(s.byID[strconv.Itoa(n)])
	}
	req.ContinuationToken = first.ContinuationToken
	second, err := s.ListInstanceIDs(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if got := second.GetInstanceIds(); len(got) != 50 || got[0] != "250" {
		t.Fatalf("after the purge the next page is %v", got)
	}
}
