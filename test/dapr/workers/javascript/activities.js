// The activities of the JavaScript worker; workers/README.md lists them.
class PaymentError extends Error {}

async function reserve(_ctx, order) {
  return { reserved: true, for: order };
}

async function ship(_ctx, approver) {
  return `shipped for ${approver}`;
}

const charges = new Map();

// charge fails as often as the request says for one order.
async function charge(_ctx, { order, failures }) {
  const count = (charges.get(order) ?? 0) + 1;
  charges.set(order, count);
  if (count <= failures) throw new PaymentError(`attempt ${count}: card declined: code 51`);
  return "charged";
}

// decline always fails, with a cause behind its error.
async function decline() {
  throw new PaymentError("card declined: code 51", { cause: new Error("bank.example:443: connection reset by peer") });
}

async function silent() {
  throw new PaymentError();
}

async function part(_ctx, n) {
  return n * n;
}

async function fill(_ctx, size) {
  return "x".repeat(size);
}

async function nap(_ctx, seconds) {
  await new Promise((done) => setTimeout(done, seconds * 1000));
  return "rested";
}

module.exports = {
  Reserve: reserve,
  Ship: ship,
  Charge: charge,
  Decline: decline,
  Silent: silent,
  Part: part,
  Fill: fill,
  Nap: nap,
};
