package worker;

import io.dapr.workflows.Workflow;
import io.dapr.workflows.runtime.WorkflowRuntimeBuilder;

/** A workflow worker for the tests, on the sidecar at DAPR_GRPC_PORT. It works until it is killed. */
public final class Worker {
  private Worker() {}

  public static void main(String[] args) {
    WorkflowRuntimeBuilder builder = new WorkflowRuntimeBuilder();
    Workflows.all().forEach((name, run) -> builder.registerWorkflow(name, (Workflow) () -> run, null, null));
    Activities.all().forEach(builder::registerActivity);
    builder.build().start();
  }
}
