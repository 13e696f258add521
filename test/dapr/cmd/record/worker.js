// The JavaScript workflows that are recorded. Run by the record command.
const { WorkflowRuntime } = require("@dapr/dapr");

async function reserve(_ctx, input) {
  return { reserved: true, for: input };
}

let tries = 0;
async function charge(_ctx, until) {
  if (++tries < until) throw new Error("card declined: code 51");
  return "charged";
}

async function decline() {
  throw new Error("card declined: code 51");
}

async function part(_ctx, n) {
  return n * n;
}

async function* order(ctx, input) {
  yield ctx.callActivity(reserve, input);
  const by = yield ctx.waitForExternalEvent("approve");
  return { approved: true, by };
}

async function* gate(ctx) {
  yield ctx.waitForExternalEvent("open");
}

async function* race(ctx) {
  const event = ctx.waitForExternalEvent("approve");
  const timer = ctx.createTimer(7200);
  const first = yield ctx.whenAny([event, timer]);
  return first === event;
}

// This SDK has no retry policies: people write a loop.
async function* payment(ctx, until) {
  for (let pause = 0.05; ; pause = pause > 0.1 ? 3600 : 0.2 ) {
    for (let i = 0; i < 2; i++) {
      try {
        return yield ctx.callActivity(charge, until);
      } catch (e) {
        yield ctx.createTimer(i === 0 ? 0.05 : pause);
      }
    }
  }
}

async function* broken(ctx) {
  yield ctx.callActivity(decline);
}

async function* family(ctx) {
  yield ctx.callChildWorkflow(broken);
}

async function* fanOut(ctx, n) {
  const tasks = [];
  for (let i = 1; i <= n; i++) tasks.push(ctx.callActivity(part, i));
  const squares = yield ctx.whenAll(tasks);
  return squares.reduce((a, b) => a + b, 0);
}

async function* ghostly(ctx) {
  yield ctx.callActivity("ghost");
}

const runtime = new WorkflowRuntime({ daprHost: process.env.DAPR_HOST, daprPort: process.env.DAPR_GRPC_PORT });
for (const w of [order, gate, race, payment, broken, family, fanOut, ghostly]) runtime.registerWorkflow(w);
for (const a of [reserve, charge, decline, part]) runtime.registerActivity(a);
runtime.start().catch((e) => {
  console.error(e);
  process.exit(1);
});
