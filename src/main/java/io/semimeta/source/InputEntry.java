package io.semimeta.source;

import io.semimeta.UserError;
import org.apache.hadoop.fs.Path;

/**
 * Describes a file or a folder in a folder of an input.
 *
 * @param folder whether it is a folder
 * @param length a file's length in bytes, as listed
 * @param modified time of the last change, in milliseconds since 1970
 * @param key the folder's identity, which is one however many links lead to it
 * @param problem why it cannot be read, or null
 */
public record InputEntry(
    Path path, boolean folder, long length, long modified, Object key, String problem) {

  public String name() {
    return path.getName();
  }

  /** Refuses a link to nothing, because there may have been a whole folder. */
  public void requireNoBrokenLink() {
    if (LocalListing.BROKEN_LINK.equals(problem)) {
      throw new UserError(path + " is " + problem + "; mend or remove it");
    }
  }
}
