"""A workflow worker for the tests, on the sidecar at DAPR_GRPC_PORT.

It works until it is killed.
"""

import signal

from activities import ACTIVITIES
from dapr.ext.workflow import WorkflowRuntime
from workflows import WORKFLOWS

runtime = WorkflowRuntime()
for name, workflow in WORKFLOWS.items():
    runtime.register_workflow(workflow, name=name)
for name, activity in ACTIVITIES.items():
    runtime.register_activity(activity, name=name)
runtime.start()
signal.pause()
