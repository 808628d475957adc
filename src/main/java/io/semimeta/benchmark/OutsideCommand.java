package io.semimeta.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semimeta.UserError;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Runs another program's benchmark, to compare with.
 *
 * @param command a line for the shell; its last line of output is a JSON object with {@code
 *     seconds_median}
 */
record OutsideCommand(String command) {
  private static final String KEY = "seconds_median";

  /**
   * Runs the command once and returns what it measured, in seconds.
   *
   * @throws UserError where it fails or prints something else
   */
  double seconds() throws IOException {
    Process process =
        new ProcessBuilder("/bin/sh", "-c", command)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process.getOutputStream().close();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      if (status != 0) {
        throw new UserError("--against: '" + command + "' ended with status " + status);
      }
      return seconds(output.strip());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while '" + command + "' ran");
    } finally {
      process.destroy();
    }
  }

  private double seconds(String output) {
    String last = output.substring(output.lastIndexOf('\n') + 1);
    try {
      JsonNode seconds = new ObjectMapper().readTree(last).path(KEY);
      if (seconds.isNumber() && seconds.asDouble() > 0) {
        return seconds.asDouble();
      }
    } catch (JsonProcessingException e) {
      // said below
    }
    throw new UserError(
        "--against: the last line that '" + command + "' prints is no JSON object with " + KEY);
  }
}
