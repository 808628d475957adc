package io.semimeta.source;

import io.semimeta.UserError;
import org.apache.hadoop.fs.Path;

/**
 * What lies in a folder of an input.
 *
 * @param length of a file in bytes, as listed
 * @param modified time of change, in milliseconds
 * @param key tells folders apart, however many links lead to them
 * @param problem why it cannot be read, or null
 */
public record InputEntry(
    Path path, boolean folder, long length, long modified, Object key, String problem) {

  public String name() {
    return path.getName();
  }

  /** Refuses a link to nothing: there may have been a whole folder. */
  public void requireNoBrokenLink() {
    if (LocalListing.BROKEN_LINK.equals(problem)) {
      throw new UserError(path + " is " + problem + "; mend or remove it");
    }
  }
}
