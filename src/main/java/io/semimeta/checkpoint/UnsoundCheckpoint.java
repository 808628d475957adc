package io.semimeta.checkpoint;

import org.apache.hadoop.fs.Path;

/**
 * A checkpoint's folder that no run can go on from.
 *
 * @param folder of the step
 * @param unfinished whether its writer ended before it was done, which costs nothing that was done
 * @param reason in a few words, beginning with the file at fault where there is one
 */
public record UnsoundCheckpoint(Path folder, boolean unfinished, String reason) {
  @Override
  public String toString() {
    return folder.getName() + ": " + (unfinished ? "unfinished, " : "") + reason;
  }
}
