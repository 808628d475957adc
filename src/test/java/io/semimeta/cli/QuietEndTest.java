package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.semimeta.recordio.LocalSpark;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class QuietEndTest {
  @Test
  void whatIsPrintedOnceSparkHasEndedIsNotSeen() {
    PrintStream before = System.err;
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    PrintStream own = new PrintStream(seen, true, StandardCharsets.UTF_8);
    try {
      try (LocalSpark spark = new LocalSpark("local[1]")) {
        spark.context().sc().addSparkListener(new QuietEnd());
        System.setErr(own); // now that the log has the stream from before, as in a command
        System.err.print("a line;");
      }
      System.err.print("a trace");
      own.print(" the last words");
    } finally {
      System.setErr(before);
    }
    assertEquals("a line; the last words", seen.toString(StandardCharsets.UTF_8));
  }
}
