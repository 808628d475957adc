package io.semimeta.ml;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import org.apache.hadoop.fs.Path;

/**
 * Knows when Spark saves a model to the driver's own disk, or loads it from there. Spark Connect
 * does so, from 4.1, with models that wait for use; Spark then tells by a thread's state alone that
 * a path is no Hadoop path.
 */
final class DriverDisk {
  private DriverDisk() {}

  /** Returns a folder that Spark names, as Hadoop's path. */
  static Path folder(String path) {
    return isMeant() ? new Path(new File(path).toURI()) : new Path(path);
  }

  private static boolean isMeant() {
    try {
      Object state =
          Class.forName("org.apache.spark.ml.util.ReadWriteUtils")
              .getMethod("localSavingModeState")
              .invoke(null);
      return state instanceof ThreadLocal<?> local && Boolean.TRUE.equals(local.get());
    } catch (ClassNotFoundException | NoSuchMethodException e) {
      return false; // Spark 3.5
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }
}
