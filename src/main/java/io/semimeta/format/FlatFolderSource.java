package io.semimeta.format;

import io.semimeta.data.ImageRecord;
import io.semimeta.files.DataFiles;
import io.semimeta.source.FileSlice;
import io.semimeta.source.ImageSource;
import io.semimeta.source.ImagesPart;
import io.semimeta.source.InputEntry;
import io.semimeta.source.InputFiles;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * Reads the image files of a folder that has no folders of classes, and of the folders below it.
 * Ids count the files by their path. No class is known, and there are no splits.
 */
public final class FlatFolderSource implements ImageSource {
  private final List<Part> parts;

  private FlatFolderSource(List<FileSlice> images) {
    int[] labels = new int[images.size()];
    Arrays.fill(labels, ImageRecord.NO_LABEL);
    parts = ImagesPart.of("", images, labels, 0);
  }

  /**
   * Tells whether images lie in a folder itself, rather than in folders of classes.
   *
   * @throws io.semimeta.UserError where it is no folder or cannot be read
   */
  public static boolean isFlat(Path input, InputFiles files) {
    try {
      for (InputEntry entry : files.in(files.input(input).path())) {
        if (!entry.folder() && FileSlice.isImage(entry.name())) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw DataFiles.unreadable(input, e);
    }
  }

  /**
   * Opens a folder.
   *
   * @throws io.semimeta.UserError where it is no folder or cannot be read
   */
  public static FlatFolderSource open(Path input, InputFiles files) {
    try {
      return new FlatFolderSource(files.imagesIn(files.input(input).path()));
    } catch (IOException e) {
      throw DataFiles.unreadable(input, e);
    }
  }

  @Override
  public List<String> classes() {
    return List.of();
  }

  @Override
  public List<Part> parts() {
    return Collections.unmodifiableList(parts);
  }
}
