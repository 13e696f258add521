// A workflow worker for the tests, on the sidecar at DAPR_GRPC_PORT. It works
// until it is killed.
const { WorkflowRuntime } = require("@dapr/dapr");

const runtime = new WorkflowRuntime({ daprHost: "127.0.0.1", daprPort: process.env.DAPR_GRPC_PORT });
for (const [name, workflow] of Object.entries(require("./workflows"))) runtime.registerWorkflowWithName(name, workflow);
for (const [name, activity] of Object.entries(require("./activities"))) runtime.registerActivityWithName(name, activity);
runtime.start().catch((e) => {
  console.error(e);
  process.exit(1);
});
