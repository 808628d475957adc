package io.semimeta.console;

import io.semimeta.Shown;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Formats how far a job is as one line of text.
 *
 * @param name what is done
 * @param phase what happens before the next step, or empty where steps go on
 * @param step the last step that is done
 * @param total the last step to do; 0 while nobody knows
 * @param elapsed the time since the beginning
 * @param left the time until the end, where that can be told
 * @param metrics the metrics to show beside it, the most important first
 */
record ProgressLine(
    String name,
    String phase,
    long step,
    long total,
    Duration elapsed,
    Optional<Duration> left,
    List<String> metrics) {

  private static final int SHORTEST_BAR = 20;
  private static final int LONGEST_BAR = 40;
  private static final String GAP = "  ";

  /** Formats the line for a file or a pipe, where the columns of a job's lines align. */
  String plain() {
    if (!counts()) {
      return waiting();
    }
    String time = step < total ? left.map(ProgressLine::clock).orElse("?") : clock(Duration.ZERO);
    String line =
        Shown.format(
            "%s  %8s elapsed  %8s left  %s",
            count(), clock(elapsed), time, String.join(GAP, metrics));
    return line.stripTrailing();
  }

  /** Formats the line for a terminal: a bar where it fits, then as many metrics as fit. */
  String fitted(int width) {
    if (!counts()) {
      return cut(waiting(), width);
    }
    String head = count();
    String tail = GAP + time();
    int shown = 0;
    int needed = SHORTEST_BAR + GAP.length() + 2;
    boolean bar = head.length() + needed + tail.length() + length(metrics, 1) <= width;
    int room = width - head.length() - tail.length() - (bar ? needed : 0);
    while (shown < metrics.size() && length(metrics, shown + 1) <= room) {
      shown++;
    }
    String text = tail + String.join("", metrics.stream().limit(shown).map(GAP::concat).toList());
    if (!bar) {
      return cut(head + text, width);
    }
    int length = Math.min(LONGEST_BAR, SHORTEST_BAR + room - length(metrics, shown));
    return head + GAP + bar(length) + text;
  }

  private static int length(List<String> metrics, int count) {
    return metrics.stream().limit(count).mapToInt(metric -> GAP.length() + metric.length()).sum();
  }

  private boolean counts() {
    return phase.isEmpty() && total > 0;
  }

  private String waiting() {
    return name + (phase.isEmpty() ? "" : ": " + phase) + GAP + clock(elapsed);
  }

  private String count() {
    String all = Shown.format("%,d", total);
    return Shown.format(
        "%s %" + all.length() + "s / %s  %3d %%",
        name,
        Shown.format("%,d", step),
        all,
        100 * step / total);
  }

  private String time() {
    return step < total && left.isPresent()
        ? clock(left.get()) + " left"
        : clock(elapsed) + " elapsed";
  }

  private String bar(int length) {
    int done = (int) (length * Math.min(step, total) / total);
    String head = done > 0 && done < length ? ">" : "";
    return "[" + "=".repeat(done - head.length()) + head + " ".repeat(length - done) + "]";
  }

  private static String cut(String text, int width) {
    return text.substring(0, Math.min(text.length(), Math.max(0, width)));
  }

  private static String clock(Duration time) {
    return Shown.format("%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }
}
