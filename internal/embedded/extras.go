package embedded

import (
	"fmt"
	"strings"
	"time"
)

// extra is a kind of everyday instance.
type extra struct {
	weight   int
	workflow string
	id       func(n int) string
	input    func(variant int) string // "%s" stands for the ID
	steps    []step
	children map[string][]step
	young    bool // has an open timer, so only the youngest can be of this kind
	variants int  // how many differing scenes to play of it
	scenes   []*scene
}

// orderID numbers an everyday order, counting back in time.
func orderID(n int) string {
	if n < 930 {
		return fmt.Sprintf("order-%d", 1030-n)
	}
	return fmt.Sprintf("order-2025-%05d", 99999-n)
}

func numbered(format string, from int) func(int) string {
	return func(n int) string { return fmt.Sprintf(format, from-n) }
}

// extraKinds are the kinds of everyday instances: of a hundred, 4 failed, 2 were
// terminated and 3 are still open.
func extraKinds() []*extra {
	order := func(variant int) string { return shopOrder("%s", 1+variant%5, variant == 4) }
	always := func(text string) func(int) string { return func(int) string { return text } }
	approve := []step{{after: 3 * time.Minute, event: raise("approve", approveByOps)}}
	reject := []step{{after: 6 * time.Minute, event: raise("approve", rejectByOps)}}
	cancel := []step{{after: 2 * time.Minute, event: terminate(`{"cancelled":"by customer"}`)}}
	hold := []step{{after: time.Minute, event: suspend("manual check")}}
	papers := []step{{after: 40 * time.Minute, event: raise("documents-received", `["id-card.pdf","contract.pdf"]`)}}
	approveChinese := []step{{after: 9 * time.Minute, event: raise("审批", `{"同意":true,"表情":"👍"}`)}}
	pay := `{"order":"%s","amount":{"amount":74.25,"currency":"EUR"},"card":"•••• 7301"}`
	return []*extra{
		{weight: 42, workflow: "OrderProcessing", id: orderID, input: order, steps: approve, variants: 6},
		{weight: 4, workflow: "OrderProcessing", id: orderID, input: order, steps: reject, variants: 2},
		{weight: 4, workflow: "OrderProcessing", id: orderID, input: order, steps: []step{{fire: true}}, variants: 2},
		{weight: 2, workflow: "OrderProcessing", id: orderID, input: order, steps: cancel, variants: 2},
		{weight: 6, workflow: "Fulfilment", id: numbered("ful-%d", 2208), input: always(`{"order":"%s","parcels":1}`), children: map[string][]step{"Shipment": {{fire: true}}}, variants: 3},
		{weight: 6, workflow: "InvoiceBatch", id: numbered("inv-run-%d", 41980), input: always(`"2026-09"`), variants: 2},
		{weight: 9, workflow: "PaymentRetry", id: numbered("pay-r-%05x", 0xa3f00), input: always(pay), variants: 3},
		{weight: 4, workflow: "Payment", id: numbered("pay-%05x", 0x77e00), input: always(pay), variants: 3},
		{weight: 5, workflow: "Reminder", id: numbered("rem-%d", 2042), input: always(`{"to":"%s@example.org"}`), steps: []step{{fire: true}}, variants: 2},
		{weight: 5, workflow: "订单处理", id: numbered("订单-2026-%05d", 90000), input: always(chineseOrder("%s")), steps: approveChinese, variants: 2},
		{weight: 5, workflow: "Onboarding", id: numbered("onb-%d", 3300), input: always(`{"ref":"%s"}`), steps: papers, variants: 2},
		{weight: 1, workflow: "Onboarding", id: numbered("onb-open-%d", 9000), input: always(`{"ref":"%s"}`), variants: 1},
		{weight: 1, workflow: "OrderProcessing", id: numbered("order-held-%d", 9000), input: order, steps: hold, variants: 1, young: true},
		{weight: 1, workflow: "OrderProcessing", id: numbered("order-open-%d", 9000), input: order, variants: 1, young: true},
	}
}

// extras fills the plan with everyday instances, the newest minutes old, the
// next some minutes older, and so on.
func (p *plan) extras() error {
	kinds := extraKinds()
	total := 0
	for _, k := range kinds {
		total += k.weight
	}
	count := map[string]int{}
	age := 3 * time.Minute
	for p.left > 0 {
		age += time.Duration(p.random.Int64N(int64(8 * time.Minute)))
		k := pick(kinds, p.random.IntN(total))
		if k.young && age > 40*time.Minute {
			continue
		}
		sc, err := p.sceneOf(k)
		if err != nil {
			return err
		}
		id := k.id(count[k.workflow+k.id(0)])
		count[k.workflow+k.id(0)]++
		if !p.ended(sc) || sc.length < age {
			p.add(sc, id, p.now.Add(-age))
			continue
		}
		p.add(sc, id, p.now.Add(-age-sc.length))
	}
	return nil
}

// ended reports whether the scene is over, so that it cannot end in the future.
func (p *plan) ended(sc *scene) bool {
	return len(sc.history) > 0 && sc.history[len(sc.history)-1].GetExecutionCompleted() != nil
}

func pick(kinds []*extra, at int) *extra {
	for _, k := range kinds {
		if at -= k.weight; at < 0 {
			return k
		}
	}
	return kinds[0]
}

// placeholder stands for the ID in the scenes of everyday instances.
const placeholder = "\u00a7id\u00a7"

// sceneOf plays a kind's scenes as they are first needed.
func (p *plan) sceneOf(k *extra) (*scene, error) {
	if n := p.random.IntN(k.variants); n < len(k.scenes) {
		return k.scenes[n], nil
	}
	sc, err := p.play(placeholder, k.workflow, strings.ReplaceAll(k.input(len(k.scenes)), "%s", placeholder), k.steps, k.children)
	if err != nil {
		return nil, err
	}
	k.scenes = append(k.scenes, sc)
	return sc, nil
}
