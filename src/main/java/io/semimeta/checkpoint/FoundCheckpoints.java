package io.semimeta.checkpoint;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Says what lies in a training output, by manifests and lengths of files; no bytes were read.
 *
 * @param sound steps of the sound checkpoints, ascending
 * @param unsound all other checkpoints, by ascending step
 */
public record FoundCheckpoints(List<Long> sound, List<UnsoundCheckpoint> unsound) {
  /** Tells whether there is no checkpoint's folder at all. */
  public boolean isEmpty() {
    return sound.isEmpty() && unsound.isEmpty();
  }

  /** Tells whether a run that begins anew loses nothing: no checkpoint was ever finished here. */
  public boolean isBeginning() {
    return sound.isEmpty() && unsound.stream().allMatch(UnsoundCheckpoint::unfinished);
  }

  /** Returns the checkpoints that cannot be used, with their reasons, on one line. */
  public String faults() {
    return faults(unsound);
  }

  static String faults(List<UnsoundCheckpoint> unsound) {
    return unsound.stream().map(UnsoundCheckpoint::toString).collect(Collectors.joining("; "));
  }
}
