package io.semimeta.cli.summary;

import io.semimeta.Shown;
import io.semimeta.console.Table;
import io.semimeta.training.Phase;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells what the time from the command to the end of the first step went to, where {@code
 * bin/semimeta} was asked for it by {@code --verbose}.
 */
public final class StartTimes {
  /** This variable says when {@code bin/semimeta} began, in microseconds since 1970. */
  public static final String VARIABLE = "SEMIMETA_BEGAN";

  private final List<Phase> phases = new ArrayList<>();
  private boolean wanted;

  private StartTimes(boolean wanted) {
    this.wanted = wanted;
  }

  /** Begins to note times in the driver's JVM. */
  public static StartTimes of(Map<String, String> environment) {
    Optional<Instant> began =
        Optional.ofNullable(environment.get(VARIABLE)).map(StartTimes::instant);
    StartTimes times = new StartTimes(began.isPresent());
    began.ifPresent(command -> times.onPhase(new Phase("reading the command", command)));
    long jvm = ManagementFactory.getRuntimeMXBean().getStartTime();
    times.onPhase(new Phase("starting the driver", Instant.ofEpochMilli(jvm)));
    return times;
  }

  private static Instant instant(String micros) {
    return Instant.ofEpochMilli(Long.parseLong(micros) / 1000);
  }

  /**
   * Notes that a phase begins.
   *
   * @return the table of all of them, when it was the first that {@link Phase#STEPS} ended
   */
  public Optional<String> onPhase(Phase phase) {
    if (!wanted) {
      return Optional.empty();
    }
    phases.add(phase);
    wanted = !phase.what().equals(Phase.STEPS);
    return wanted ? Optional.empty() : Optional.of(table());
  }

  private String table() {
    Table table = new Table("start", "seconds");
    for (int i = 1; i < phases.size(); i++) {
      row(table, phases.get(i - 1).what(), phases.get(i - 1), phases.get(i));
    }
    row(table, "all", phases.get(0), phases.get(phases.size() - 1));
    return table.toString();
  }

  private static void row(Table table, String what, Phase from, Phase to) {
    table.row(
        what, Shown.format("%.2f", Duration.between(from.begun(), to.begun()).toMillis() / 1e3));
  }
}
