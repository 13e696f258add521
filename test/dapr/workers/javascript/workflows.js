// The workflows of the JavaScript worker; workers/README.md lists them.

// order reserves, then waits for an approval. This SDK's waits have no limit:
// people let a timer race the event.
async function* order(ctx, request) {
  yield ctx.callActivity("Reserve", request);
  ctx.setCustomStatus("waiting for approval");
  const by = yield* within(ctx, request?.limit, ctx.waitForExternalEvent("approve"));
  return by === undefined ? { approved: false } : { approved: true, by };
}

// within returns what a task does, or undefined after so many seconds.
async function* within(ctx, limit, task) {
  if (limit === undefined) return yield task;
  const winner = yield ctx.whenAny([task, ctx.createTimer(limit)]);
  return winner === task ? task.getResult() : undefined;
}

async function* delivery(ctx, request) {
  const by = yield* within(ctx, request?.limit, ctx.waitForExternalEvent("approve"));
  return yield ctx.callActivity("Ship", by);
}

async function* twoWaits(ctx, request) {
  const both = ctx.whenAll([ctx.waitForExternalEvent("stock"), ctx.waitForExternalEvent("payment")]);
  return yield* within(ctx, request?.limit, both);
}

async function* race(ctx, { seconds }) {
  const event = ctx.waitForExternalEvent("approve");
  const timer = ctx.createTimer(seconds);
  const winner = yield ctx.whenAny([event, timer]);
  return winner === event ? "event" : "timer";
}

async function* late(ctx, { seconds }) {
  yield ctx.createTimer(seconds);
  yield ctx.waitForExternalEvent("approve");
  yield ctx.waitForExternalEvent("close");
}

async function* fanOut(ctx, n) {
  const tasks = [];
  for (let i = 1; i <= n; i++) tasks.push(ctx.callActivity("Part", i));
  const squares = yield ctx.whenAll(tasks);
  return squares.reduce((a, b) => a + b, 0);
}

async function* family(ctx, children) {
  const results = yield ctx.whenAll(children.map((name) => ctx.callChildWorkflow(name)));
  return results.length;
}

async function* pack(ctx) {
  yield ctx.waitForExternalEvent("release");
  return "packed";
}

async function* broken(ctx) {
  yield ctx.callActivity("Decline");
}

async function* wrapped(ctx) {
  try {
    yield ctx.callActivity("Decline");
  } catch (e) {
    throw new Error("the order cannot be paid", { cause: e });
  }
}

async function* silent(ctx) {
  yield ctx.callActivity("Silent");
}

// retry is what people write: this SDK has no retry policies.
async function* retry(ctx, { attempts, first, factor }, call) {
  for (let attempt = 1, pause = first; ; attempt++, pause *= factor) {
    try {
      return yield call();
    } catch (e) {
      if (attempt >= attempts) throw e;
      yield ctx.createTimer(pause);
    }
  }
}

async function* payment(ctx, request) {
  const charge = { order: ctx.getWorkflowInstanceId(), failures: request.failures };
  return yield* retry(ctx, request, () => ctx.callActivity("Charge", charge));
}

async function* nursery(ctx, request) {
  const charge = { order: ctx.getWorkflowInstanceId(), failures: request.failures };
  return yield* retry(ctx, request, () => ctx.callChildWorkflow("Toddler", charge));
}

async function* toddler(ctx, charge) {
  return yield ctx.callActivity("Charge", charge);
}

async function* ghostly(ctx) {
  yield ctx.callActivity("Ghost");
}

async function* timer(ctx, { seconds }) {
  yield ctx.createTimer(seconds);
  return "awake";
}

async function* slow(ctx, { seconds }) {
  return yield ctx.callActivity("Nap", seconds);
}

async function* monitor(ctx, input) {
  const round = input ?? 0; // this SDK drops an input of 0
  ctx.setCustomStatus(`round ${round}`);
  yield ctx.createTimer(round < 3 ? 0.05 : 3600);
  ctx.continueAsNew(round + 1, true);
}

async function* status(ctx, value) {
  ctx.setCustomStatus(typeof value === "string" ? value : JSON.stringify(value));
  yield ctx.waitForExternalEvent("done");
  return value;
}

async function echo(_ctx, value) {
  return value;
}

async function* large(ctx, size) {
  return yield ctx.callActivity("Fill", size);
}

// changed has another first step in a worker of a later release.
async function* changed(ctx) {
  if (process.env.WORKER_RELEASE === "2") yield ctx.createTimer(3600);
  else yield ctx.callActivity("Reserve", "A1");
  yield ctx.waitForExternalEvent("approve");
}

module.exports = {
  Order: order,
  Delivery: delivery,
  TwoWaits: twoWaits,
  Race: race,
  Late: late,
  FanOut: fanOut,
  Family: family,
  Package: pack,
  Broken: broken,
  Wrapped: wrapped,
  Silent: silent,
  Payment: payment,
  Nursery: nursery,
  Toddler: toddler,
  Ghostly: ghostly,
  Timer: timer,
  Slow: slow,
  Monitor: monitor,
  Status: status,
  Echo: echo,
  Large: large,
  Changed: changed,
};
