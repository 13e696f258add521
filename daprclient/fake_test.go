package daprclient

import (
	"context"
	"errors"
	"net"
	"path"
	"strconv"
	"sync"
	"testing"
	"time"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"github.com/dapr/durabletask-go/api/protos"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// patience bounds every wait of a test for something that must happen.
const patience = 20 * time.Second

// received is one call as it came over the wire.
type received struct {
	peer   string // one per connection
	method string
	body   []byte
	header metadata.MD
}

// answer is what the fake says to one call.
type answer func(ctx context.Context, body []byte) (proto.Message, error)

// fake is a sidecar that records the bytes of every call and answers as told.
type fake struct {
	t    *testing.T
	opts []grpc.ServerOption

	mu      sync.Mutex
	answers map[string]answer
	calls   []received
	listen  *countingListener
	server  *grpc.Server
	addr    string
}

// newFake starts a fake on a free port, as the app "orders".
func newFake(t *testing.T, opts ...grpc.ServerOption) *fake {
	t.Helper()
	f := &fake{t: t, opts: opts, answers: map[string]answer{}}
	f.on("GetMetadata", reply(&runtimev1.GetMetadataResponse{Id: "orders", RuntimeVersion: "1.18.0"}))
	f.on("ListInstanceIDs", reply(&protos.ListInstanceIDsResponse{}))
	f.on("GetInstance", func(_ context.Context, body []byte) (proto.Message, error) {
		var req protos.GetInstanceRequest
		if err := proto.Unmarshal(body, &req); err != nil {
			return nil, err
		}
		return &protos.GetInstanceResponse{Exists: true, WorkflowState: &protos.WorkflowState{InstanceId: req.GetInstanceId(), Name: "Order"}}, nil
	})
	f.on("GetInstanceHistory", reply(&protos.GetInstanceHistoryResponse{}))
	f.on("StartInstance", reply(&protos.CreateInstanceResponse{}))
	f.on("SuspendInstance", reply(&protos.SuspendResponse{}))
	f.on("ResumeInstance", reply(&protos.ResumeResponse{}))
	f.on("RaiseEvent", reply(&protos.RaiseEventResponse{}))
	f.on("TerminateInstance", reply(&protos.TerminateResponse{}))
	f.on("PurgeInstances", reply(&protos.PurgeInstancesResponse{DeletedInstanceCount: 1}))
	f.on("RerunWorkflowFromEvent", reply(&protos.RerunWorkflowFromEventResponse{NewInstanceID: "new"}))
	f.start("127.0.0.1:0")
	t.Cleanup(f.kill)
	return f
}

func reply(m proto.Message) answer {
	return func(context.Context, []byte) (proto.Message, error) { return m, nil }
}

func refuse(code codes.Code, text string) answer {
	return func(context.Context, []byte) (proto.Message, error) { return nil, status.Error(code, text) }
}

// on says how calls of a method are answered from now on.
func (f *fake) on(method string, a answer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers[method] = a
}

// start serves at an address; after kill, at the same one again.
func (f *fake) start(addr string) {
	f.t.Helper()
	l, err := new(net.ListenConfig).Listen(f.t.Context(), "tcp", addr)
	if err != nil {
		f.t.Fatal(err)
	}
	server := grpc.NewServer(append([]grpc.ServerOption{
		grpc.ForceServerCodec(rawCodec{}), grpc.UnknownServiceHandler(f.serve), grpc.WaitForHandlers(true),
	}, f.opts...)...)
	f.mu.Lock()
	f.listen, f.server, f.addr = &countingListener{Listener: l}, server, l.Addr().String()
	listen := f.listen
	f.mu.Unlock()
	go func() { _ = server.Serve(listen) }() // ends with kill
}

// kill closes the port and breaks every connection, as SIGKILL does.
func (f *fake) kill() {
	f.mu.Lock()
	server, listen := f.server, f.listen
	f.mu.Unlock()
	_ = listen.Close() // Stop knows it only once Serve has begun
	listen.closeAll()
	server.Stop()
}

func (f *fake) serve(_ any, stream grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(stream)
	method = path.Base(method)
	var body []byte
	if err := stream.RecvMsg(&body); err != nil {
		return err
	}
	from, _ := peer.FromContext(stream.Context())
	header, _ := metadata.FromIncomingContext(stream.Context())
	f.mu.Lock()
	f.calls = append(f.calls, received{peer: from.Addr.String(), method: method, body: body, header: header})
	a := f.answers[method]
	f.mu.Unlock()
	if a == nil {
		return status.Error(codes.Unimplemented, "unknown method "+method)
	}
	m, err := a(stream.Context(), body)
	if err != nil {
		return err
	}
	out, err := proto.Marshal(m)
	if err != nil {
		return err
	}
	return stream.SendMsg(&out)
}

// received returns the calls so far, of one method or, for "", of all.
func (f *fake) received(method string) []received {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []received
	for _, c := range f.calls {
		if method == "" || c.method == method {
			out = append(out, c)
		}
	}
	return out
}

// client makes a client of the fake.
func (f *fake) client(change ...func(*Options)) *Client {
	f.t.Helper()
	f.mu.Lock()
	target, err := ParseTarget(f.addr)
	f.mu.Unlock()
	if err != nil {
		f.t.Fatal(err)
	}
	o := Options{Target: target, ReadTimeout: patience, ActionTimeout: patience, LockDir: f.t.TempDir()}
	for _, fn := range change {
		fn(&o)
	}
	c, err := New(o)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { _ = c.Close() })
	return c
}

// connected makes a client and connects it.
func (f *fake) connected(change ...func(*Options)) *Client {
	f.t.Helper()
	c := f.client(change...)
	if _, err := c.Connect(f.t.Context()); err != nil {
		f.t.Fatalf("Connect: %v", err)
	}
	return c
}

// rawCodec leaves messages as they are on the wire.
type rawCodec struct{}

func (rawCodec) Name() string { return "proto" }

func (rawCodec) Marshal(v any) ([]byte, error) {
	b, ok := v.(*[]byte)
	if !ok {
		return nil, errors.New("not bytes")
	}
	return *b, nil
}

func (rawCodec) Unmarshal(data []byte, v any) error {
	b, ok := v.(*[]byte)
	if !ok {
		return errors.New("not bytes")
	}
	*b = append([]byte(nil), data...)
	return nil
}

// countingListener knows the connections it has accepted.
type countingListener struct {
	net.Listener
	mu    sync.Mutex
	conns []net.Conn
}

func (l *countingListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns = append(l.conns, c)
	return numbered{c, number(len(l.conns))}, nil
}

// numbered is a connection that is told apart from an earlier one of the same
// client port.
type numbered struct {
	net.Conn
	n number
}

func (c numbered) RemoteAddr() net.Addr { return c.n }

type number int

func (number) Network() string  { return "tcp" }
func (n number) String() string { return strconv.Itoa(int(n)) }

func (l *countingListener) accepted() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.conns)
}

// closeAll breaks the connections and keeps the port.
func (l *countingListener) closeAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.conns {
		_ = c.Close()
	}
}

// await waits until done is closed.
func await(t *testing.T, done <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatalf("%s did not happen within %s", what, patience)
	}
}

// wantKind fails the test unless err is of the kind.
func wantKind(t *testing.T, err error, kind workflow.ErrorKind) {
	t.Helper()
	var e *workflow.Error
	if !errors.As(err, &e) || e.Kind != kind {
		t.Fatalf("error %v (kind %d), want kind %d", err, workflow.KindOf(err), kind)
	}
	if e.Message == "" || e.Message[len(e.Message)-1] == '.' {
		t.Errorf("message %q is not a sentence without a full stop", e.Message)
	}
}

func key(id string) workflow.Key { return workflow.Key{AppID: "orders", InstanceID: id} }

func wrap(s string) *wrapperspb.StringValue { return wrapperspb.String(s) }

func purgeRequest(recursive, force bool) *protos.PurgeInstancesRequest {
	return &protos.PurgeInstancesRequest{
		Request:   &protos.PurgeInstancesRequest_InstanceId{InstanceId: "i"},
		Recursive: recursive, Force: &force,
	}
}
