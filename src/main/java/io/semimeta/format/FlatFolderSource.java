package io.semimeta.format;

import io.semimeta.Shown;
import io.semimeta.data.ImageRecord;
import io.semimeta.files.DataFiles;
import io.semimeta.source.FileSlice;
import io.semimeta.source.ImageSource;
import io.semimeta.source.ImagesPart;
import io.semimeta.source.InputEntry;
import io.semimeta.source.InputFiles;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * Reads the image files of a folder that has no folders of classes, and of the folders below it.
 * Ids count the files by their path. No class is known, and there are no splits.
 */
public record FlatFolderSource(List<Part> parts, List<String> recognised) implements ImageSource {

  /**
   * Tells whether images lie in a folder itself, rather than in folders of classes or splits. Where
   * they lie in both it is not flat, so that no label is lost for one image that lies astray.
   *
   * @param classes the classes whose folders are looked for
   * @throws io.semimeta.UserError where it is no folder or cannot be read
   */
  public static boolean isFlat(Path input, Collection<String> classes, InputFiles files) {
    try {
      List<InputEntry> entries = files.in(files.input(input).path());
      if (entries.stream().noneMatch(FlatFolderSource::isImage)) {
        return false;
      }
      for (InputEntry entry : entries) {
        boolean isNamed = SplitNames.of(entry.name()) != null || classes.contains(entry.name());
        if (entry.folder() && isNamed && !files.imagesIn(entry.path()).isEmpty()) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw DataFiles.unreadable(input, e);
    }
  }

  private static boolean isImage(InputEntry entry) {
    return !entry.folder() && FileSlice.isImage(entry.name());
  }

  /**
   * Opens a folder.
   *
   * @throws io.semimeta.UserError where it is no folder or cannot be read
   */
  public static FlatFolderSource open(Path input, InputFiles files) {
    try {
      Path folder = files.input(input).path();
      List<FileSlice> images = files.imagesIn(folder);
      return new FlatFolderSource(
          ImagesPart.of("", images, ImageRecord.NO_LABEL, 0),
          List.of(Shown.format("%,d images without classes in %s", images.size(), folder)));
    } catch (IOException e) {
      throw DataFiles.unreadable(input, e);
    }
  }

  @Override
  public List<String> classes() {
    return List.of();
  }
}
