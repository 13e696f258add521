package conformance

import (
	"context"
	"fmt"
	"time"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"github.com/dapr/durabletask-go/api/protos"
	"google.golang.org/protobuf/types/known/emptypb"
)

func readChecks() []check {
	return []check{
		{name: "reading without payloads drops custom status and failure too", run: readBare},
		{name: "reads do not tell the parent, waits do", run: readParent},
		{name: "waiting for an ID that does not exist waits for its start", run: waitForStart},
		{name: "waiting for a finished instance answers at once", run: waitForFinished},
	}
}

func readBare(s *session) error {
	shown, broken := s.id("shown"), s.id("broken")
	if err := s.start(shown, wfStatus, running, withInput(`"text"`)); err != nil {
		return err
	}
	if err := s.start(broken, wfFail, failed); err != nil {
		return err
	}
	for _, id := range []string{shown, broken} {
		resp, err := s.hub.GetInstance(s.ctx, &protos.GetInstanceRequest{InstanceId: id})
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
		st := resp.GetWorkflowState()
		if st.GetInput() != nil || st.GetCustomStatus() != nil || st.GetFailureDetails() != nil || st.GetOutput() != nil {
			return mismatchf("instance", st, "no payloads, custom status or failure")
		}
		if st.GetName() == "" || st.GetCreatedTimestamp() == nil {
			return mismatchf("instance", st, "its name and date")
		}
	}
	return nil
}

func readParent(s *session) error {
	id := s.id("x")
	child := id + ":0000"
	if err := s.start(id, wfParent, running, withInput(`1`)); err != nil {
		return err
	}
	if err := s.wait(child, running); err != nil {
		return err
	}
	st, err := s.state(child)
	if err != nil {
		return err
	}
	if st.GetParentInstanceId() != nil || st.GetParentAppId() != nil {
		return mismatchf("parent in a read", st.GetParentInstanceId(), "none")
	}
	resp, err := s.hub.WaitForInstanceStart(s.ctx, &protos.GetInstanceRequest{InstanceId: child})
	if err != nil {
		return fmt.Errorf("wait: %w", err)
	}
	if got := resp.GetWorkflowState(); got.GetParentInstanceId().GetValue() != id || got.GetParentAppId().GetValue() != s.target.AppID {
		return mismatchf("parent in a wait", got, id+" of "+s.target.AppID)
	}
	return nil
}

func waitForStart(s *session) error {
	id := s.id("x")
	came := make(chan error, 1)
	go func() {
		_, err := s.hub.WaitForInstanceStart(s.ctx, &protos.GetInstanceRequest{InstanceId: id})
		came <- err
	}()
	select {
	case err := <-came:
		return fmt.Errorf("the wait for an unknown ID ended: %w", err)
	case <-time.After(still):
	}
	if err := s.must(s.startCall(id, wfWait)); err != nil {
		return err
	}
	return <-came
}

func waitForFinished(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfEcho, completed, withInput(`5`)); err != nil {
		return err
	}
	for name, wait := range map[string]func(context.Context) (*protos.GetInstanceResponse, error){
		"start": func(ctx context.Context) (*protos.GetInstanceResponse, error) {
			return s.hub.WaitForInstanceStart(ctx, &protos.GetInstanceRequest{InstanceId: id, GetInputsAndOutputs: true})
		},
		"completion": func(ctx context.Context) (*protos.GetInstanceResponse, error) {
			return s.hub.WaitForInstanceCompletion(ctx, &protos.GetInstanceRequest{InstanceId: id, GetInputsAndOutputs: true})
		},
	} {
		ctx, cancel := s.within(s.target.Limit)
		resp, err := wait(ctx)
		cancel()
		if err != nil {
			return fmt.Errorf("wait for %s: %w", name, err)
		}
		if resp.GetWorkflowState().GetOutput().GetValue() != "5" {
			return mismatchf("wait for "+name, resp, "output 5")
		}
	}
	return nil
}

func unknownChecks() []check {
	return []check{
		{name: "an unknown ID does not exist", run: unknownReads},
		{name: "operations on an unknown ID are refused", run: unknownOperations},
		{name: "a force purge of an unknown ID is refused", run: unknownForcePurge},
	}
}

func unknownReads(s *session) error {
	id := s.id("nobody")
	resp, err := s.hub.GetInstance(s.ctx, &protos.GetInstanceRequest{InstanceId: id, GetInputsAndOutputs: true})
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	if resp.GetExists() || resp.GetWorkflowState() != nil {
		return mismatchf("read", resp, "exists=false")
	}
	return s.expect(id, "NotFound: workflow instance '<id>' not found", func(ctx context.Context) error {
		_, err := s.hub.GetInstanceHistory(ctx, &protos.GetInstanceHistoryRequest{InstanceId: id})
		return err //nolint:wrapcheck // compared as it is
	})
}

func unknownOperations(s *session) error {
	id := s.id("nobody")
	for _, op := range []struct {
		name, want string
		call       func(context.Context) error
	}{
		{"raise", "Unknown: no such instance exists", raise(s, id, eventGo, `1`)},
		{"suspend", "Unknown: no such instance exists", suspend(s, id, "why")},
		{"resume", "Unknown: no such instance exists", resume(s, id, "why")},
		{"terminate", "Unknown: failed to submit termination request: no such instance exists", terminate(s, id, "", true)},
		{"purge", "Unknown: failed to purge workflow state: no such instance exists", purge(s, id, false, false)},
		{"recursive purge", "Unknown: failed to purge workflow state: failed to fetch workflow state: no such instance exists", purge(s, id, true, false)},
		{"rerun", "NotFound: workflow instance does not exist with ID '<id>'", rerun(s, id, 0, "")},
	} {
		if err := s.expect(id, op.want, op.call); err != nil {
			return fmt.Errorf("%s: %w", op.name, err)
		}
	}
	return s.wait(id, gone)
}

func unknownForcePurge(s *session) error {
	id := s.id("nobody")
	return s.expect(id, "Unknown: failed to purge workflow state: no such instance exists", purge(s, id, false, true))
}

func sidecarChecks() []check {
	return []check{
		{name: "the metadata names the app, the workers and a store that lists", run: sidecarMetadata},
		{name: "Hello answers", run: sidecarHello},
		{name: "an unknown method is taken for a call to another app", run: sidecarUnknownMethod},
		{name: "a message over 4 MiB is refused", run: sidecarTooLarge},
	}
}

func sidecarMetadata(s *session) error {
	md, err := s.dapr.GetMetadata(s.ctx, &runtimev1.GetMetadataRequest{})
	if err != nil {
		return fmt.Errorf("metadata: %w", err)
	}
	switch {
	case md.GetId() != s.target.AppID:
		return mismatchf("app ID", md.GetId(), s.target.AppID)
	case md.GetRuntimeVersion() == "":
		return mismatchf("version", md.GetRuntimeVersion(), "one")
	case md.GetWorkflows().GetConnectedWorkers() != 1:
		return mismatchf("workers", md.GetWorkflows().GetConnectedWorkers(), 1)
	case !md.GetActorRuntime().GetHostReady() || md.GetActorRuntime().GetRuntimeStatus() != runtimev1.ActorRuntime_RUNNING:
		return mismatchf("actor runtime", md.GetActorRuntime(), "RUNNING and ready")
	}
	for _, c := range md.GetRegisteredComponents() {
		for _, capability := range c.GetCapabilities() {
			if capability == "KEYS_LIKE" {
				return nil
			}
		}
	}
	return mismatchf("components", md.GetRegisteredComponents(), "one with KEYS_LIKE")
}

func sidecarHello(s *session) error {
	_, err := s.hub.Hello(s.ctx, &emptypb.Empty{})
	return err //nolint:wrapcheck // compared as it is
}

func sidecarUnknownMethod(s *session) error {
	return s.expect("", "Unknown: failed to proxy request: required metadata dapr-callee-app-id or dapr-app-id not found", func(ctx context.Context) error {
		return s.target.Conn.Invoke(ctx, "/TaskHubSidecarService/NoSuchMethod", &emptypb.Empty{}, &emptypb.Empty{})
	})
}

func sidecarTooLarge(s *session) error {
	big := make([]byte, 4<<20+1000)
	for n := range big {
		big[n] = 'x'
	}
	got := s.answer(s.startCall(s.id("x"), wfWait, withInput(`"`+string(big)+`"`))(s.ctx), "")
	const want = "ResourceExhausted: grpc: received message larger than max"
	if len(got) < len(want) || got[:len(want)] != want {
		return mismatchf("answer", got, want)
	}
	return nil
}
