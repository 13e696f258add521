package embedded

import (
	"encoding/json"
	"fmt"
	"time"
)

// role is one of the instances that every filled engine has, so that each
// state and each kind of payload is on the screen.
type role struct {
	id, workflow, input string
	age                 time.Duration // how long ago it began
	steps               []step
	children            map[string][]step
	version             string // stalled in this version
}

const (
	approveByOps = `{"by":"ops@shop.example","approved":true,"comment":"paid twice before, all fine"}`
	rejectByOps  = `{"by":"ops@shop.example","approved":false,"comment":"address does not exist"}`
)

// cast are the instances that every filled engine has, the oldest first.
func cast() []role {
	return append(append(longRunning(), finished()...), recent()...)
}

func longRunning() []role {
	return []role{
		{id: "onb-3301", workflow: "Onboarding", age: 4*day + 3*time.Hour, input: `{"name":"Amara Okafor","plan":"team"}`},
		{
			id: "contract-7", workflow: "ContractRenewal", age: 3*day + 5*time.Hour, version: "ContractRenewal_v1",
			input: `{"contract":"C-2024-7","customer":"Hansen & Søn A/S","years":2}`,
		},
		{id: "订单-20261121-3", workflow: "订单处理", age: 27 * time.Hour, input: chineseOrder("订单-20261121-3"), steps: []step{
			{after: 5 * time.Minute, event: raise("审批", `{"审批人":"王芳","同意":true,"备注":"尽快发货 🙏"}`)},
		}},
		{id: "report-2026-10", workflow: "ReportExport", age: 25 * time.Hour, input: `{"month":"2026-10","format":"json"}`},
		{id: "inv-2026-10", workflow: "InvoiceBatch", age: 22 * time.Hour, input: `"2026-10"`},
		{id: "legacy-sync-1", workflow: "LegacySync", age: 20 * time.Hour, input: `{"since":"2026-11-01"}`},
		{id: "rem-2043", workflow: "Reminder", age: 9 * time.Hour, input: `{"to":"amara@example.org","about":"trial ends"}`},
	}
}

func finished() []role {
	return []role{
		{id: "pay-77f0", workflow: "Payment", age: 8 * time.Hour, input: `{"order":"order-1019","amount":{"amount":249.9,"currency":"EUR"},"card":"•••• 4242"}`},
		{id: "ful-2209", workflow: "Fulfilment", age: 5 * time.Hour, input: `{"order":"order-1022","parcels":1}`, children: map[string][]step{"Shipment": {{fire: true}}}},
		{id: "pay-9a1b", workflow: "PaymentRetry", age: 3 * time.Hour, input: `{"order":"order-1027","amount":{"amount":18.5,"currency":"EUR"},"card":"•••• 1881"}`},
		{id: "mon-eu-1", workflow: "Monitor", age: 130 * time.Minute, input: `{"region":"eu-1","checks":418,"everySeconds":21600}`},
		{id: "mon-us-1", workflow: "Monitor", age: 95 * time.Minute, input: `{"region":"us-1","checks":77,"everySeconds":21600}`},
		{id: "ful-2210", workflow: "Fulfilment", age: 80 * time.Minute, input: `{"order":"order-1029","parcels":2}`, children: map[string][]step{
			"Shipment": {{after: 4 * time.Second, event: suspend("held by customs, waiting for papers")}, {fire: true}},
		}},
		{id: "order-1031", workflow: "OrderProcessing", age: 42 * time.Minute, input: shopOrder("order-1031", 3, false), steps: []step{
			{after: 2 * time.Minute, event: suspend("fraud check 8831")},
		}},
		{id: "pay-8c21", workflow: "Payment", age: 35 * time.Minute, input: `{"order":"order-1032","amount":{"amount":1299,"currency":"EUR"},"card":"•••• 0005"}`},
	}
}

func recent() []role {
	return []role{
		{id: "order-1033", workflow: "OrderProcessing", age: 31 * time.Minute, input: shopOrder("order-1033", 1, false), steps: []step{
			{after: 30 * time.Second, event: suspend("stock count")},
			{after: 40 * time.Second, event: suspend("fraud check 8834")},
			{after: 3 * time.Minute, event: resume("stock count done")},
		}},
		{id: "order-1036", workflow: "OrderProcessing", age: 26 * time.Minute, input: shopOrder("order-1036", 2, false), steps: []step{
			{after: 4 * time.Minute, event: terminate(`{"cancelled":"by customer","ticket":5513}`)},
		}},
		{id: "order-1038", workflow: "OrderProcessing", age: 24 * time.Minute, input: shopOrder("order-1038", 1, false), steps: []step{
			{after: 20 * time.Second, event: suspend("address check")},
			{after: time.Minute, event: terminate(`"duplicate of order-1037"`)},
			{after: 3 * time.Minute, event: resume("let the termination through")},
		}},
		{id: "order-1039", workflow: "OrderProcessing", age: 19 * time.Minute, input: shopOrder("order-1039", 4, true), steps: []step{
			{after: 90 * time.Second, event: raise("approve", approveByOps)},
		}},
		{id: "order-1040", workflow: "OrderProcessing", age: 16 * time.Minute, input: shopOrder("order-1040", 2, false), steps: []step{
			{after: 2 * time.Minute, event: raise("Approve", rejectByOps)},
		}},
		{id: "order-1041", workflow: "OrderProcessing", age: 12 * time.Minute, input: shopOrder("order-1041", 5, false)},
		{id: "订单-20261122-8", workflow: "订单处理", age: 7 * time.Minute, input: chineseOrder("订单-20261122-8")},
		{id: "order-1042", workflow: "OrderProcessing", age: 2 * time.Minute, input: shopOrder("order-1042", 3, true)},
	}
}

const day = 24 * time.Hour

// shopOrder is the input of an order with n articles, as JSON.
func shopOrder(id string, n int, gift bool) string {
	people := []customer{
		{Name: "Ada Lindqvist", Email: "ada@example.org", Address: address{"Storgatan 14", "Uppsala", "SE"}, Tags: map[string]string{"tier": "gold", "since": "2019"}},
		{Name: "João Pereira", Email: "joao@example.com", Address: address{"Rua do Carmo 71", "Lisboa", "PT"}, Tags: map[string]string{"tier": "new"}},
		{Name: "Mei Tanaka", Email: "mei@example.jp", Address: address{"千代田区丸の内 1-9", "東京", "JP"}},
	}
	shelf := []orderItem{
		{SKU: "LAMP-01", Title: "Desk lamp, brass", Qty: 1, Price: money{59.0, "EUR"}},
		{SKU: "MUG-77", Title: "Mug “Kanban” ☕", Qty: 2, Price: money{12.5, "EUR"}},
		{SKU: "BOOK-310", Title: "Patterns of durable execution", Qty: 1, Price: money{38.0, "EUR"}},
		{SKU: "CABLE-2M", Title: "USB-C cable 2 m", Qty: 3, Price: money{9.9, "EUR"}},
		{SKU: "PLANT-5", Title: "Monstera 🌿", Qty: 1, Price: money{24.0, "EUR"}},
	}
	o := order{ID: id, Customer: people[(n+len(id))%len(people)], Gift: gift, Total: money{Currency: "EUR"}}
	for k := range n {
		item := shelf[(k+n)%len(shelf)]
		o.Items = append(o.Items, item)
		o.Total.Amount += float64(item.Qty) * item.Price.Amount
	}
	if gift {
		o.Note = "Happy birthday 🎁🎂 from all of us!"
	}
	return mustJSON(o)
}

func chineseOrder(id string) string {
	return mustJSON(map[string]any{
		"订单号": id,
		"客户":  map[string]any{"姓名": "李小龙", "城市": "上海", "等级": "金牌 🥇"},
		"商品":  []any{map[string]any{"名称": "青瓷茶壶 🍵", "数量": 2, "单价": 168.5}, map[string]any{"名称": "月饼礼盒 🥮", "数量": 1, "单价": 99}},
		"备注":  "请尽快发货，谢谢！🚀",
	})
}

func mustJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("sample input: %v", err))
	}
	return string(b)
}
