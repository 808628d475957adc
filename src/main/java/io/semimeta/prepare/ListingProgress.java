package io.semimeta.prepare;

import io.semimeta.Shown;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.apache.hadoop.fs.Path;

/** Says what is listed, and how many files have been, as millions take minutes. */
public final class ListingProgress implements LongConsumer {
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final PrintStream out;
  private Instant lastLine = Instant.now();

  /** Says that the listing begins. */
  public ListingProgress(Path input, PrintStream out) {
    this.out = out;
    out.println("Listing the files of " + Shown.text(input));
  }

  @Override
  public void accept(long files) {
    Instant now = Instant.now();
    if (Duration.between(lastLine, now).compareTo(INTERVAL) >= 0) {
      out.printf(Locale.ROOT, "Listing: %,d so far%n", files);
      lastLine = now;
    }
  }
}
