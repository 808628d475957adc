package io.semimeta.checkpoint;

import org.apache.hadoop.fs.Path;

/**
 * Describes a checkpoint's folder that no run can go on from.
 *
 * @param folder folder of the step
 * @param unfinished whether its writer died before it was complete, so that nothing that was
 *     finished is lost
 * @param reason reason in a few words, beginning with the file at fault where there is one
 */
public record UnsoundCheckpoint(Path folder, boolean unfinished, String reason) {
  @Override
  public String toString() {
    return folder.getName() + ": " + (unfinished ? "unfinished, " : "") + reason;
  }
}
