package workflow

import "time"

// Match reports whether the instance satisfies every term that asks for no
// parent, now.
func (q Query) Match(inst Instance, now time.Time) bool { return q.match(&inst, now) }

func (q *Query) match(inst *Instance, now time.Time) bool {
	for i := range q.terms {
		t := &q.terms[i]
		if (t.in(inst, now) || t.isWhole(inst)) == t.negate {
			return false
		}
	}
	return true
}

// matchParent reports whether the instance satisfies every term that asks for
// its parent; the parent of a root is empty.
func (q *Query) matchParent(inst *Instance, parent string) bool {
	for i := range q.parents {
		t := &q.parents[i]
		if (t.anyText(parent) || t.isWhole(inst)) == t.negate {
			return false
		}
	}
	return true
}

// label is what an instance's ID is searched in.
func (i *Instance) label() string {
	if i.Label == "" {
		return i.InstanceID
	}
	return i.Label
}

// isWhole reports whether the term of a key is the whole ID of the instance.
func (t *term) isWhole(inst *Instance) bool {
	return t.key != "" && len(t.token) == len(inst.InstanceID) && t.token == inst.InstanceID
}

func (t *term) in(inst *Instance, now time.Time) bool {
	switch t.key {
	case keyStatus:
		return t.statuses.Has(known(inst.Status))
	case keyIs:
		return t.marks&inst.marks() != 0
	case keyAge:
		return t.anySpan(inst.Created, now)
	case keyUpdated:
		return t.anySpan(inst.Updated, now)
	case keyName:
		return t.anyText(inst.Name)
	case keyID:
		return t.ofID(inst)
	case keyCustom:
		return t.anyText(inst.CustomStatus)
	case keyFailure:
		return t.anyText(inst.Failure)
	case keyApp:
		return t.anyText(inst.AppID)
	case keyVersion:
		return t.anyText(inst.Version)
	}
	return t.word(inst)
}

// word reports whether one of the texts that a word looks at fits it.
func (t *term) word(inst *Instance) bool {
	p := &t.texts[0]
	return p.match(inst.label()) || p.matchCommon(inst.Name) || p.matchCommon(inst.Status.String()) ||
		p.matchCommon(inst.CustomStatus) || p.matchCommon(inst.Failure)
}

func (t *term) ofID(inst *Instance) bool {
	for i := range t.texts {
		if t.texts[i].match(inst.label()) {
			return true
		}
	}
	return false
}

func (t *term) anyText(text string) bool {
	for i := range t.texts {
		if t.texts[i].matchCommon(text) {
			return true
		}
	}
	return false
}

func (t *term) anySpan(then, now time.Time) bool {
	for _, s := range t.spans {
		if s.holds(then, now) {
			return true
		}
	}
	return false
}
