package watch

import "time"

// lane is one of the queues of a refresh.
type lane uint8

// The lanes in the order in which they are served.
const (
	// laneScreen: live rows that somebody looks at.
	laneScreen lane = iota
	// laneNew: IDs that have no row yet.
	laneNew
	// laneLive: the other live rows, and those whose last read failed.
	laneLive
	// laneRest: rows that have ended, in turn, and rows that a listing did not
	// hold.
	laneRest
	numLanes
)

// restShare: one read in so many is of laneRest whatever else waits, so that
// its turn comes however many rows live.
const restShare = 16

// lanes are the reads that a refresh has yet to make.
type lanes struct {
	queues [numLanes][]string
	served int
}

func (l *lanes) push(lane lane, id string) { l.queues[lane] = append(l.queues[lane], id) }

func (l *lanes) empty() bool {
	for i := range l.queues {
		if len(l.queues[i]) > 0 {
			return false
		}
	}
	return true
}

// pop takes the next ID; l may not be empty. Only what is looked at and what
// is due to rows that have ended is ahead of the order.
func (l *lanes) pop() (lane, string) {
	l.served++
	if l.served%restShare == 0 && len(l.queues[laneRest]) > 0 && len(l.queues[laneScreen]) == 0 {
		return laneRest, l.cut(laneRest)
	}
	for i := range l.queues {
		if len(l.queues[i]) > 0 {
			return lane(i), l.cut(lane(i))
		}
	}
	return laneRest, ""
}

func (l *lanes) cut(lane lane) string {
	q := l.queues[lane]
	id := q[0]
	q[0] = ""
	l.queues[lane] = q[1:]
	return id
}

// drop forgets what is left and returns how many live rows were among it.
func (l *lanes) drop() int {
	left := len(l.queues[laneScreen]) + len(l.queues[laneLive])
	l.queues = [numLanes][]string{}
	return left
}

// spent reports whether a refresh has used up its time: Interval from its
// start, and half of that at least once its listing is complete. The first load
// has all the time it needs.
func (r *refresh) spent(now time.Time, interval time.Duration) bool {
	return !r.first && interval > 0 && !r.listing &&
		now.Sub(r.started) > interval && now.Sub(r.listed) > interval/2
}
