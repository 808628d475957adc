package io.semimeta.files;

import io.semimeta.UserError;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.Path;

/**
 * Checks names of local files against the locale of the JVM's environment. Outside UTF-8 Java can
 * name only some files, and silently replaces other letters by question marks.
 */
public final class FileNames {
  private static final String REMEDY =
      "names that are not ASCII need a UTF-8 locale, this JVM's is %s; set LC_ALL=C.UTF-8 before it"
          + " starts, for executors by spark.executorEnv.LC_ALL";

  private FileNames() {}

  /**
   * Checks that a local file can have the name that the path says.
   *
   * @throws UserError where this JVM cannot write the name
   */
  static void requireWritable(Path path) {
    if (!encoding().newEncoder().canEncode(path.toString())) {
      throw new UserError(path + ": " + remedy(encoding()));
    }
  }

  /**
   * Checks that an argument of the command line arrived as it was typed.
   *
   * @throws UserError where it may have lost letters
   */
  public static void requireWhole(String argument) {
    requireWhole(argument, encoding());
  }

  static void requireWhole(String argument, Charset encoding) {
    boolean lossless = encoding.equals(StandardCharsets.UTF_8);
    if (!lossless && (argument.indexOf('?') >= 0 || argument.indexOf('\ufffd') >= 0)) {
      throw new UserError("'" + argument.replace('\ufffd', '?') + "': " + remedy(encoding));
    }
  }

  private static Charset encoding() {
    return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
  }

  private static String remedy(Charset encoding) {
    return REMEDY.formatted(encoding);
  }
}
