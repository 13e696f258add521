package watch

import (
	"math"
	"slices"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// table holds the rows of one app. A row is never written to once it is in the
// table: a change puts another in its place. Published slices are never written
// to either: rows[:shared] belongs to a snapshot, and the first change below
// that line copies the slice, eight bytes a row. Appending beyond it does not,
// so a first load grows one array however many snapshots show it on the way.
type table struct {
	appID  string
	rows   []*workflow.Instance
	meta   []rowMeta
	index  map[string]int32
	counts [workflow.NumStatuses]int
	// partial counts the rows that are Partial.
	partial int
	// ahead is how far the sidecar's clock is ahead of ours at least.
	ahead time.Duration
	// weight is how large the payloads are.
	weight weight
	shared int
	// dead counts the rows that go at the next view.
	dead int
	// gone remembers which read removed an instance, so that the answer of an
	// older read, still under way, does not bring it back.
	gone map[string]uint64
	// cursor is where the next round of re-checks begins, live that of the live
	// rows.
	cursor, live int
	// texts keeps one copy of strings that many rows share.
	texts map[string]string
	// retimed is set when a row has a new readAt that is not yet in rows.
	retimed bool
}

// rowMeta is what the watch knows of a row beside its values.
type rowMeta struct {
	// seq is the number of the read that the values are from: an answer that
	// comes late must not replace a newer one.
	seq uint64
	// added is the number of the read that made the row.
	added uint64
	// readAt is Instance.ReadAt, ahead of it until the next flush: rows that
	// only got older are not worth a copy of the slice.
	readAt time.Time
	// size is what the payloads of the last full read weighed, in bytes and one
	// more; zero when there was none.
	size int32
	// listed is the generation of the last listing that held the row.
	listed uint32
	// queued is the generation of the last refresh that has put the row in line.
	queued uint32
	// misses counts the clean listings without it since something last said
	// that it exists.
	misses uint8
	// penalty and wait keep a row whose reads hang from slowing each refresh:
	// it is left out for as many refreshes as wait says.
	penalty uint8
	wait    uint8
	dead    bool
}

// maxPenalty is the most refreshes for which a row whose reads hang sits out.
const maxPenalty = 15

func newTable(appID string) *table {
	return &table{
		appID: appID,
		index: map[string]int32{},
		gone:  map[string]uint64{},
		texts: map[string]string{},
	}
}

func (t *table) len() int { return len(t.rows) - t.dead }

// find returns the index of a row that is alive.
func (t *table) find(id string) (int, bool) {
	i, ok := t.index[id]
	return int(i), ok
}

// set puts another row in the place of row i.
func (t *table) set(i int, row workflow.Instance) {
	if i < t.shared {
		t.rows = append(make([]*workflow.Instance, 0, len(t.rows)+len(t.rows)/16+16), t.rows...)
		t.shared = 0
	}
	t.rows[i] = &row
}

// alter puts a copy of row i in its place that change has been applied to.
func (t *table) alter(i int, change func(row *workflow.Instance)) {
	row := *t.rows[i]
	change(&row)
	t.set(i, row)
}

// put merges what a read found. It reports whether a value changed other than
// the time of the read.
func (t *table) put(id string, inst workflow.Instance, seq uint64, now time.Time) bool {
	t.ahead = max(t.ahead, workflow.Ahead(inst.Updated, now))
	i, ok := t.find(id)
	if !ok {
		if seq < t.gone[id] {
			return false
		}
		t.add(t.normal(id, inst), rowMeta{seq: seq, added: seq, readAt: now}, now)
		return true
	}
	m := &t.meta[i]
	if seq < m.seq {
		return false
	}
	m.seq, m.readAt = seq, now
	m.misses, m.penalty, m.wait = 0, 0, 0
	t.retimed = true
	old := t.rows[i]
	inst.Key, inst.Missing, inst.ReadErr, inst.ReadAt = old.Key, old.Missing, "", old.ReadAt
	if inst.Partial && !old.Partial && inst.Status == old.Status && inst.Updated.Equal(old.Updated) {
		inst.Partial, inst.CustomStatus, inst.Failure = false, old.CustomStatus, old.Failure
	}
	if inst == *old {
		return false
	}
	inst = t.normal(old.InstanceID, inst)
	inst.ReadAt = now
	t.counts[old.Status]--
	t.counts[inst.Status]++
	t.partial += partials(&inst) - partials(old)
	t.set(i, inst)
	return true
}

// weigh notes what the payloads of a row weigh.
func (t *table) weigh(id string, size int) {
	if i, ok := t.find(id); ok {
		now := min(size, math.MaxInt32-1) + 1
		t.weight.change(int(t.meta[i].size), now)
		t.meta[i].size = int32(now)
	}
}

func partials(row *workflow.Instance) int {
	if row.Partial {
		return 1
	}
	return 0
}

// normal makes a row the table's own: under the key it was asked for, and with
// one copy of the texts that rows have in common.
func (t *table) normal(id string, inst workflow.Instance) workflow.Instance {
	inst.Key = workflow.Key{AppID: t.appID, InstanceID: id}
	if inst.Label == id {
		inst.Label = id
	}
	inst.Name = t.intern(inst.Name)
	inst.Version = t.intern(inst.Version)
	if int(inst.Status) >= workflow.NumStatuses {
		inst.Status = workflow.Unknown
	}
	return inst
}

// maxTexts bounds the interned texts: names are a handful, unless somebody
// makes one up for each instance.
const maxTexts = 4096

func (t *table) intern(s string) string {
	if s == "" {
		return ""
	}
	if have, ok := t.texts[s]; ok {
		return have
	}
	if len(t.texts) < maxTexts {
		t.texts[s] = s
	}
	return s
}

func (t *table) add(inst workflow.Instance, m rowMeta, now time.Time) {
	inst.ReadAt = now
	if len(t.rows) == cap(t.rows) {
		t.shared = 0 // append makes a new array, which no snapshot has
	}
	t.index[inst.InstanceID] = int32(len(t.rows))
	t.rows = append(t.rows, &inst)
	t.meta = append(t.meta, m)
	t.counts[inst.Status]++
	t.partial += partials(&inst)
	delete(t.gone, inst.InstanceID)
}

// fail marks a row whose read failed, and keeps its values. A row that never
// had any appears with its ID alone when it is listed.
func (t *table) fail(id, why string, seq uint64, listed bool) bool {
	i, ok := t.find(id)
	if !ok {
		if !listed || seq < t.gone[id] {
			return false
		}
		t.add(workflow.Instance{
			Key:     workflow.Key{AppID: t.appID, InstanceID: id},
			Label:   workflow.SpellID(id),
			ReadErr: why,
		}, rowMeta{}, time.Time{})
		return true
	}
	if seq < t.meta[i].seq || t.rows[i].ReadErr == why {
		return false
	}
	t.alter(i, func(row *workflow.Instance) { row.ReadErr = why })
	return true
}

// hang notes that the read of a row passed its deadline.
func (t *table) hang(id string) {
	if i, ok := t.find(id); ok {
		m := &t.meta[i]
		m.penalty = min(2*m.penalty+1, maxPenalty)
		m.wait = m.penalty
	}
}

// forgive clears the mark of a failed read.
func (t *table) forgive(id string) {
	if i, ok := t.find(id); ok && t.rows[i].ReadErr != "" {
		t.alter(i, func(row *workflow.Instance) { row.ReadErr = "" })
	}
}

// remove takes a row out because a read said that it does not exist.
func (t *table) remove(id string, seq uint64) bool {
	if seq > t.gone[id] {
		t.gone[id] = seq
	}
	i, ok := t.find(id)
	if !ok || seq < t.meta[i].seq {
		return false
	}
	t.drop(i)
	return true
}

// drop takes row i out of everything but the slice, which is compacted once
// for any number of rows.
func (t *table) drop(i int) {
	delete(t.index, t.rows[i].InstanceID)
	t.counts[t.rows[i].Status]--
	t.partial -= partials(t.rows[i])
	t.weight.change(int(t.meta[i].size), 0)
	t.meta[i].dead = true
	t.dead++
}

// setMissing sets or clears the mark of a row that a listing did not hold.
func (t *table) setMissing(i int, missing bool) bool {
	if t.rows[i].Missing == missing {
		return false
	}
	t.alter(i, func(row *workflow.Instance) { row.Missing = missing })
	return true
}

// flushTimes brings the times of the last reads into the rows.
func (t *table) flushTimes() {
	if !t.retimed {
		return
	}
	t.retimed = false
	for i := range t.meta {
		if m := &t.meta[i]; !m.dead && !m.readAt.IsZero() && !t.rows[i].ReadAt.Equal(m.readAt) {
			t.alter(i, func(row *workflow.Instance) { row.ReadAt = m.readAt })
		}
	}
}

// view returns the rows for a snapshot. They may not be written to any more.
func (t *table) view() []*workflow.Instance {
	t.compact()
	t.shared = len(t.rows)
	return slices.Clip(t.rows)
}

// compact drops the dead rows and keeps the order of the others.
func (t *table) compact() {
	if t.dead == 0 {
		return
	}
	rows := make([]*workflow.Instance, 0, t.len()+t.len()/16+16)
	meta := make([]rowMeta, 0, cap(rows))
	cursor, live := 0, 0
	for i := range t.rows {
		if i == t.cursor {
			cursor = len(rows)
		}
		if i == t.live {
			live = len(rows)
		}
		if t.meta[i].dead {
			continue
		}
		if i != len(rows) {
			t.index[t.rows[i].InstanceID] = int32(len(rows))
		}
		rows = append(rows, t.rows[i])
		meta = append(meta, t.meta[i])
	}
	t.rows, t.meta, t.cursor, t.live = rows, meta, cursor, live
	t.shared, t.dead = 0, 0
}
