package io.semimeta.cli.summary;

import io.semimeta.Shown;
import java.net.URI;
import org.apache.hadoop.fs.Path;

/** Shows a path as people know it: without the scheme where it is on this machine. */
public final class ShownPath {
  private ShownPath() {}

  /** Shows a URI. */
  public static String of(String uri) {
    return of(new Path(uri));
  }

  /** Shows a path. */
  public static String of(Path path) {
    URI uri = path.toUri();
    return Shown.text("file".equals(uri.getScheme()) ? uri.getPath() : path);
  }
}
