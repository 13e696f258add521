package worker;

import io.dapr.workflows.WorkflowActivity;
import java.net.ConnectException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The activities of the Java worker; workers/README.md lists them. */
final class Activities {
  private static final Map<String, Integer> CHARGES = new ConcurrentHashMap<>();

  private Activities() {}

  /** What a bank that refuses leads to. */
  static class PaymentException extends RuntimeException {
    PaymentException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  static Map<String, WorkflowActivity> all() {
    return Map.of(
        "Reserve", ctx -> Map.of("reserved", true, "for", orNone(ctx.getInput(Object.class))),
        "Ship", ctx -> "shipped for " + ctx.getInput(String.class),
        "Charge", ctx -> charge(ctx.getInput(Map.class)),
        "Decline", ctx -> decline(),
        "Silent", ctx -> {
          throw new IllegalStateException();
        },
        "Part", ctx -> ctx.getInput(Integer.class) * ctx.getInput(Integer.class),
        "Fill", ctx -> "x".repeat(ctx.getInput(Integer.class)),
        "Nap", ctx -> nap(ctx.getInput(Integer.class)));
  }

  private static Object orNone(Object value) {
    return value == null ? "nothing" : value;
  }

  /** Fails as often as the request says for one order. */
  private static String charge(Map<?, ?> request) {
    int count = CHARGES.merge((String) request.get("order"), 1, Integer::sum);
    if (count <= (Integer) request.get("failures")) {
      throw new PaymentException("attempt " + count + ": card declined: code 51", null);
    }
    return "charged";
  }

  /** Always fails, with a cause behind its exception. */
  private static String decline() {
    throw new PaymentException(
        "card declined: code 51", new ConnectException("bank.example:443: connection reset by peer"));
  }

  private static String nap(int seconds) {
    try {
      Thread.sleep(seconds * 1000L);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "rested";
  }
}
