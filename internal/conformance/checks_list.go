package conformance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dapr/durabletask-go/api/protos"
)

// before are the checks that need an app whose instances are known: they run
// first, one after the other.
func before() []check {
	return []check{
		{name: "an app without instances lists none", run: listEmpty},
		{name: "the listing pages in the order of the starts", run: listPages},
		{name: "a purge between two pages skips nothing", run: listAfterPurge},
		{name: "a finished ID that starts again keeps its place", run: listReplaced},
		{name: "a continuation token that is none leads nowhere", run: listBadToken},
		{name: "a page size of zero is answered", run: listZero},
	}
}

// after are the checks that disturb every other one.
func after() []check {
	return []check{
		{name: "an ID with two bars breaks every listing until it is force purged", run: listPoisoned},
	}
}

func listEmpty(s *session) error {
	for _, size := range []uint32{0, 3} {
		page, err := s.list(size, nil)
		if err != nil {
			return err
		}
		if len(page.GetInstanceIds()) != 0 || page.ContinuationToken != nil {
			return mismatchf("listing", page, "nothing, no token")
		}
	}
	return nil
}

// five starts instances whose order is neither that of their IDs nor its
// reverse.
func five(s *session) ([]string, error) {
	var ids []string
	for _, name := range []string{"m", "z", "a", "q", "c"} {
		id := s.id(name)
		if err := s.start(id, wfEcho, completed, withInput(`1`)); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func listPages(s *session) error {
	ids, err := five(s)
	if err != nil {
		return err
	}
	for _, p := range []struct {
		size  uint32
		token bool // on the last page with content
		pages [][]string
	}{
		{0, false, [][]string{ids}},
		{2, false, [][]string{ids[:2], ids[2:4], ids[4:]}},
		{100, false, [][]string{ids}},
		{5, true, [][]string{ids, nil}}, // a page that is exactly full promises another
	} {
		if err := s.readPages(p.size, p.pages); err != nil {
			return fmt.Errorf("page size %d: %w", p.size, err)
		}
	}
	return nil
}

func (s *session) readPages(size uint32, want [][]string) error {
	var token *string
	for n, ids := range want {
		page, err := s.list(size, token)
		if err != nil {
			return err
		}
		if !slices.Equal(page.GetInstanceIds(), ids) {
			return mismatchf(fmt.Sprintf("page %d", n+1), page.GetInstanceIds(), ids)
		}
		last := n == len(want)-1
		if (page.ContinuationToken == nil) != last {
			return mismatchf(fmt.Sprintf("token of page %d", n+1), page.ContinuationToken, "one on every page but the last")
		}
		token = page.ContinuationToken
	}
	return nil
}

// pageAll reads every page and proves that no ID comes twice.
func (s *session) pageAll(size uint32) ([]string, error) {
	var all []string
	var token *string
	for {
		page, err := s.list(size, token)
		if err != nil {
			return nil, err
		}
		all = append(all, page.GetInstanceIds()...)
		if token = page.ContinuationToken; token == nil {
			break
		}
	}
	if seen := slices.Compact(slices.Sorted(slices.Values(all))); len(seen) != len(all) {
		return nil, fmt.Errorf("%d IDs in the pages, %d of them different", len(all), len(seen))
	}
	return all, nil
}

func listAfterPurge(s *session) error {
	ids, err := five(s)
	if err != nil {
		return err
	}
	all, err := s.pageAll(2)
	if err != nil {
		return err
	}
	first := slices.Index(all, ids[0])
	page, err := s.list(uint32(first+2), nil)
	if err != nil {
		return err
	}
	// The last two that were read go, and the one before the next page too.
	if err := s.all(purge(s, ids[0], false, false), purge(s, ids[1], false, false), purge(s, ids[2], false, false)); err != nil {
		return err
	}
	rest, err := s.list(100, page.ContinuationToken)
	if err != nil {
		return err
	}
	if !slices.Equal(rest.GetInstanceIds(), ids[3:]) {
		return mismatchf("page after the purge", rest.GetInstanceIds(), ids[3:])
	}
	return nil
}

func listReplaced(s *session) error {
	ids, err := five(s)
	if err != nil {
		return err
	}
	if err := s.start(ids[1], wfEcho, completed, withInput(`2`)); err != nil {
		return err
	}
	all, err := s.pageAll(3)
	if err != nil {
		return err
	}
	if first := slices.Index(all, ids[0]); first < 0 || !slices.Equal(all[first:], ids) {
		return mismatchf("listing", all, ids)
	}
	return nil
}

func listZero(s *session) error {
	size := uint32(0)
	_, err := s.hub.ListInstanceIDs(s.ctx, &protos.ListInstanceIDsRequest{PageSize: &size})
	return err //nolint:wrapcheck // says what was answered
}

func listBadToken(s *session) error {
	token := "not a place"
	page, err := s.list(10, &token)
	if err == nil && (len(page.GetInstanceIds()) > 0 || page.ContinuationToken != nil) {
		return mismatchf("page", page, "nothing")
	}
	return err
}

func listPoisoned(s *session) error {
	if err := s.wait(s.id("none"), gone); err != nil {
		return err
	}
	const id = "a||b"
	if err := s.start(id, wfWait, running); err != nil {
		return err
	}
	_, err := s.hub.ListInstanceIDs(s.ctx, &protos.ListInstanceIDsRequest{})
	want := "Unknown: invalid key format: " + s.target.AppID + "||dapr.internal.default.<app>.workflow||a||b||metadata"
	got := s.answer(err, "")
	if err := s.must(purge(s, id, false, true)); err != nil {
		return err
	}
	if got != want {
		return mismatchf("listing", got, want)
	}
	all, err := s.pageAll(100)
	if err == nil && slices.ContainsFunc(all, func(id string) bool { return strings.Contains(id, "||") }) {
		return mismatchf("listing", all, "no such ID any more")
	}
	return err
}
