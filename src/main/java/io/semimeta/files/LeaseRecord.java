package io.semimeta.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.semimeta.Shown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.apache.hadoop.net.NetUtils;

/**
 * What a lease's file says.
 *
 * @param holder drawn by each holder anew
 * @param renewals so far; 0 while it is a mere claim, which another's renewal still overrules
 * @param command that holds it
 * @param host of its driver
 * @param application Spark's name of it
 * @param since the time by its host's clock, for people
 * @param pid its driver's process
 * @param pidSpace where that number means that process; empty where nobody knows
 */
record LeaseRecord(
    String holder,
    long renewals,
    String command,
    String host,
    String application,
    String since,
    long pid,
    String pidSpace) {

  /** What is said of a file that is empty, for it is just being made, or that is no lease. */
  private static final LeaseRecord UNREADABLE = new LeaseRecord("", 0, "", "", "", "", 0, "");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /** A lease of this process, not yet renewed. */
  static LeaseRecord own(String command, String application) {
    return new LeaseRecord(
        UUID.randomUUID().toString(),
        0,
        command,
        NetUtils.getLocalHostname(),
        application,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        ProcessHandle.current().pid(),
        ownPidSpace());
  }

  LeaseRecord renewed() {
    return new LeaseRecord(holder, renewals + 1, command, host, application, since, pid, pidSpace);
  }

  boolean isClaim() {
    return renewals == 0;
  }

  boolean isOf(LeaseRecord other) {
    return holder.equals(other.holder);
  }

  /**
   * Whether its process ran under this kernel, seen by this process under the same numbers, and is
   * no more. So a run that was killed is not waited for where it is started again at once.
   */
  boolean isOfDeadProcess() {
    return !pidSpace.isEmpty() && pidSpace.equals(ownPidSpace()) && ProcessHandle.of(pid).isEmpty();
  }

  /** Linux' name of this boot and of the container's space of processes; and whose they are. */
  private static String ownPidSpace() {
    try {
      return "%s %s %s"
          .formatted(
              Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip(),
              Files.readSymbolicLink(Path.of("/proc/self/ns/pid")),
              System.getProperty("user.name"));
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  /** For people, on one line. */
  String description() {
    if (equals(UNREADABLE)) {
      return "a run that has not told its name";
    }
    return Shown.text(
        "%s on %s, application %s, since %s".formatted(command, host, application, since));
  }

  String toJson() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From a lease's file, whatever it holds. */
  static LeaseRecord parse(String json) {
    try {
      LeaseRecord found = JSON.readValue(json, LeaseRecord.class);
      return found == null ? UNREADABLE : found;
    } catch (JsonProcessingException e) {
      return UNREADABLE;
    }
  }
}
