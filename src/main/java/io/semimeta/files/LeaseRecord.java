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
 * Holds what a lease's file says.
 *
 * @param holder random id that each holder draws anew
 * @param renewals how many so far; 0 in a mere claim, which another's renewal overrules
 * @param command command that holds the lease
 * @param host host of the command's driver
 * @param application Spark's id of the application
 * @param since time by the host's clock at which the lease was taken, for people
 * @param pid process id of the driver
 * @param pidSpace identifies the machine and container that the process id is valid in, or empty
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

  /** Stands for a file that is empty, because it is just being made, or that is no lease. */
  private static final LeaseRecord UNREADABLE = new LeaseRecord("", 0, "", "", "", "", 0, "");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /** Makes a lease of this process that is not yet renewed. */
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
   * Tells whether the lease's process ran under this kernel, with process ids valid here, and has
   * ended. So a run that was killed and is started again at once need not wait.
   */
  boolean isOfDeadProcess() {
    return !pidSpace.isEmpty() && pidSpace.equals(ownPidSpace()) && ProcessHandle.of(pid).isEmpty();
  }

  /** Returns Linux's ids of this boot and of the container's PID namespace, and the user's name. */
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

  /** Describes the run that holds the lease, for people, on one line. */
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

  /** Parses a lease's file, whatever it holds. */
  static LeaseRecord parse(String json) {
    try {
      LeaseRecord found = JSON.readValue(json, LeaseRecord.class);
      return found == null ? UNREADABLE : found;
    } catch (JsonProcessingException e) {
      return UNREADABLE;
    }
  }
}
