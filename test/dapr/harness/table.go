package harness

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// table plays the part of DynamoDB that Dapr's state store uses, in memory: the
// one store that daprd can be given without a download that holds workflows but
// cannot list its keys.
type table struct {
	server *http.Server
	url    string

	mu    sync.Mutex
	items map[string]item // by the value of the attribute "key"
}

type item map[string]json.RawMessage

// startTable serves a table on a free loopback port until stop.
func startTable(ctx context.Context) (*table, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	t := &table{url: "http://" + l.Addr().String(), items: map[string]item{}}
	t.server = &http.Server{Handler: http.HandlerFunc(t.serve), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = t.server.Serve(l) }() // ends with stop
	return t, nil
}

func (t *table) stop() {
	if t != nil {
		_ = t.server.Close() // nothing is worth a clean end
	}
}

// write is one change: that of PutItem and DeleteItem, or a part of
// TransactWriteItems.
type write struct {
	Item                item // of a put
	Key                 item // of a delete
	ConditionExpression string
	Values              item `json:"ExpressionAttributeValues"`
}

type tableRequest struct {
	write
	TransactItems []struct{ Put, Delete *write }
}

func (t *table) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	var req tableRequest
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
		refuse(w, "SerializationException", err.Error())
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	switch operation {
	case "GetItem":
		answer(w, map[string]item{"Item": t.items[keyOf(req.Key)]})
	case "PutItem", "DeleteItem":
		if !t.holds(req.write) {
			refuse(w, "ConditionalCheckFailedException", "The conditional request failed")
			return
		}
		t.apply(req.write)
		answer(w, struct{}{})
	case "TransactWriteItems":
		t.transact(w, req)
	default:
		refuse(w, "UnknownOperationException", operation)
	}
}

func (t *table) transact(w http.ResponseWriter, req tableRequest) {
	var writes []write
	for _, part := range req.TransactItems {
		for _, one := range []*write{part.Put, part.Delete} {
			if one == nil {
				continue
			}
			if !t.holds(*one) {
				refuse(w, "TransactionCanceledException", "Transaction cancelled [ConditionalCheckFailed]")
				return
			}
			writes = append(writes, *one)
		}
	}
	for _, one := range writes {
		t.apply(one)
	}
	answer(w, struct{}{})
}

// holds checks the two conditions that the state store sets.
func (t *table) holds(c write) bool {
	have, there := t.items[c.key()]
	switch c.ConditionExpression {
	case "":
		return true
	case "attribute_not_exists(etag)":
		return !there
	default: // etag = :etag
		return there && string(have["etag"]) == string(c.Values[":etag"])
	}
}

func (t *table) apply(c write) {
	if c.Item == nil {
		delete(t.items, c.key())
		return
	}
	t.items[c.key()] = c.Item
}

func (c write) key() string {
	if c.Item != nil {
		return keyOf(c.Item)
	}
	return keyOf(c.Key)
}

func keyOf(i item) string { return string(i["key"]) }

func answer(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) } // the client is gone

func refuse(w http.ResponseWriter, kind, text string) {
	w.WriteHeader(http.StatusBadRequest)
	answer(w, map[string]string{"__type": "com.amazonaws.dynamodb.v20120810#" + kind, "message": text})
}
