package worker;

import io.dapr.durabletask.Task;
import io.dapr.durabletask.TaskCanceledException;
import io.dapr.durabletask.TaskFailedException;
import io.dapr.workflows.WorkflowContext;
import io.dapr.workflows.WorkflowStub;
import io.dapr.workflows.WorkflowTaskOptions;
import io.dapr.workflows.WorkflowTaskRetryPolicy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The workflows of the Java worker; workers/README.md lists them. */
final class Workflows {
  private Workflows() {}

  static Map<String, WorkflowStub> all() {
    Map<String, WorkflowStub> all = new LinkedHashMap<>();
    all.put("Order", Workflows::order);
    all.put("Delivery", Workflows::delivery);
    all.put("TwoWaits", Workflows::twoWaits);
    all.put("Race", Workflows::race);
    all.put("Late", Workflows::late);
    all.put("FanOut", Workflows::fanOut);
    all.put("Family", Workflows::family);
    all.put("Package", Workflows::pack);
    all.put("Broken", ctx -> ctx.callActivity("Decline").await());
    all.put("Wrapped", Workflows::wrapped);
    all.put("Silent", ctx -> ctx.callActivity("Silent").await());
    all.put("Payment", Workflows::payment);
    all.put("Nursery", Workflows::nursery);
    all.put("Toddler", ctx -> ctx.complete(ctx.callActivity("Charge", ctx.getInput(Map.class), String.class).await()));
    all.put("Ghostly", ctx -> ctx.callActivity("Ghost").await());
    all.put("Timer", Workflows::timer);
    all.put("Slow", ctx -> ctx.complete(ctx.callActivity("Nap", input(ctx).get("seconds"), String.class).await()));
    all.put("Monitor", Workflows::monitor);
    all.put("Status", Workflows::status);
    all.put("Echo", ctx -> ctx.complete(ctx.getInput(Object.class)));
    all.put("Large", ctx -> ctx.complete(ctx.callActivity("Fill", ctx.getInput(Integer.class), String.class).await()));
    all.put("Changed", Workflows::changed);
    return all;
  }

  private static Map<?, ?> input(WorkflowContext ctx) {
    Map<?, ?> in = ctx.getInput(Map.class);
    return in == null ? Map.of() : in;
  }

  /** The duration that a member of an input gives in seconds, or null. */
  private static Duration seconds(Map<?, ?> in, String member) {
    Number n = (Number) in.get(member);
    return n == null ? null : Duration.ofMillis((long) (n.doubleValue() * 1000));
  }

  private static <V> Task<V> await(WorkflowContext ctx, String event, Duration limit, Class<V> type) {
    return limit == null ? ctx.waitForExternalEvent(event, type) : ctx.waitForExternalEvent(event, limit, type);
  }

  /** Reserves, then waits for an approval, with or without a limit. */
  private static void order(WorkflowContext ctx) {
    Map<?, ?> in = input(ctx);
    ctx.callActivity("Reserve", in).await();
    ctx.setCustomStatus("waiting for approval");
    try {
      Object by = await(ctx, "approve", seconds(in, "limit"), Object.class).await();
      ctx.complete(by == null ? Map.of("approved", true) : Map.of("approved", true, "by", by));
    } catch (TaskCanceledException e) {
      ctx.complete(Map.of("approved", false));
    }
  }

  /** Waits for an approval, then runs an activity. */
  private static void delivery(WorkflowContext ctx) {
    String by = await(ctx, "approve", seconds(input(ctx), "limit"), String.class).await();
    ctx.complete(ctx.callActivity("Ship", by, String.class).await());
  }

  /** Waits for two events at once. */
  private static void twoWaits(WorkflowContext ctx) {
    Duration limit = seconds(input(ctx), "limit");
    List<Task<Object>> waits =
        Stream.of("stock", "payment").map(name -> await(ctx, name, limit, Object.class)).toList();
    ctx.complete(ctx.allOf(waits).await());
  }

  /** Waits for an event or a timer, whichever comes first. */
  private static void race(WorkflowContext ctx) {
    Task<Object> event = ctx.waitForExternalEvent("approve", Object.class);
    Task<Void> timer = ctx.createTimer(seconds(input(ctx), "seconds"));
    ctx.complete(ctx.anyOf(event, timer).await() == event ? "event" : "timer");
  }

  /** Sleeps before it waits for two events, one after the other. */
  private static void late(WorkflowContext ctx) {
    ctx.createTimer(seconds(input(ctx), "seconds")).await();
    ctx.waitForExternalEvent("approve", Object.class).await();
    ctx.waitForExternalEvent("close", Object.class).await();
  }

  private static void fanOut(WorkflowContext ctx) {
    List<Task<Integer>> parts = IntStream.rangeClosed(1, ctx.getInput(Integer.class))
        .mapToObj(i -> ctx.callActivity("Part", i, Integer.class)).toList();
    ctx.complete(ctx.allOf(parts).await().stream().mapToInt(Integer::intValue).sum());
  }

  /** Runs the children that its input names, all at once. */
  private static void family(WorkflowContext ctx) {
    List<Task<String>> children = Stream.of(ctx.getInput(String[].class))
        .map(name -> ctx.callChildWorkflow(name, null, String.class)).toList();
    ctx.complete(ctx.allOf(children).await().size());
  }

  private static void pack(WorkflowContext ctx) {
    ctx.waitForExternalEvent("release", Object.class).await();
    ctx.complete("packed");
  }

  /** Fails with an exception of its own about that of its activity. */
  private static void wrapped(WorkflowContext ctx) {
    try {
      ctx.callActivity("Decline").await();
    } catch (TaskFailedException e) {
      throw new IllegalStateException("the order cannot be paid", e);
    }
  }

  private static WorkflowTaskOptions policy(Map<?, ?> in) {
    return new WorkflowTaskOptions(WorkflowTaskRetryPolicy.newBuilder()
        .setMaxNumberOfAttempts((Integer) in.get("attempts"))
        .setFirstRetryInterval(seconds(in, "first"))
        .setBackoffCoefficient(((Number) in.get("factor")).doubleValue())
        .setMaxRetryInterval(Duration.ofHours(1))
        .setRetryTimeout(Duration.ofDays(1))
        .build());
  }

  private static void payment(WorkflowContext ctx) {
    Map<?, ?> in = input(ctx);
    Map<?, ?> charge = Map.of("order", ctx.getInstanceId(), "failures", in.get("failures"));
    ctx.complete(ctx.callActivity("Charge", charge, policy(in), String.class).await());
  }

  private static void nursery(WorkflowContext ctx) {
    Map<?, ?> in = input(ctx);
    Map<?, ?> charge = Map.of("order", ctx.getInstanceId(), "failures", in.get("failures"));
    ctx.complete(ctx.callChildWorkflow("Toddler", charge, null, policy(in), String.class).await());
  }

  private static void timer(WorkflowContext ctx) {
    ctx.createTimer(seconds(input(ctx), "seconds")).await();
    ctx.complete("awake");
  }

  /** Continues as new, and sleeps for an hour from round 3 on. */
  private static void monitor(WorkflowContext ctx) {
    int round = ctx.getInput(Integer.class);
    ctx.setCustomStatus("round " + round);
    ctx.createTimer(round < 3 ? Duration.ofMillis(50) : Duration.ofHours(1)).await();
    ctx.continueAsNew(round + 1);
  }

  /** Sets its input as the custom status. */
  private static void status(WorkflowContext ctx) {
    Object value = ctx.getInput(Object.class);
    ctx.setCustomStatus(value);
    ctx.waitForExternalEvent("done", Object.class).await();
    ctx.complete(value);
  }

  /** Has another first step in a worker of a later release. */
  private static void changed(WorkflowContext ctx) {
    if ("2".equals(System.getenv("WORKER_RELEASE"))) {
      ctx.createTimer(Duration.ofHours(1)).await();
    } else {
      ctx.callActivity("Reserve", "A1").await();
    }
    ctx.waitForExternalEvent("approve", Object.class).await();
  }
}
