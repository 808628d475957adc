package io.semimeta.checkpoint;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What lies in a training output, by manifests and lengths of files; their bytes were not read.
 *
 * @param sound steps, ascending
 * @param unsound all others, likewise
 */
public record FoundCheckpoints(List<Long> sound, List<UnsoundCheckpoint> unsound) {
  /** Whether there is no checkpoint's folder at all. */
  public boolean isEmpty() {
    return sound.isEmpty() && unsound.isEmpty();
  }

  /** Whether a run that begins anew loses nothing: no checkpoint was ever finished here. */
  public boolean isBeginning() {
    return sound.isEmpty() && unsound.stream().allMatch(UnsoundCheckpoint::unfinished);
  }

  /** Those that are of no use, with their reasons, on one line. */
  public String faults() {
    return faults(unsound);
  }

  static String faults(List<UnsoundCheckpoint> unsound) {
    return unsound.stream().map(UnsoundCheckpoint::toString).collect(Collectors.joining("; "));
  }
}
