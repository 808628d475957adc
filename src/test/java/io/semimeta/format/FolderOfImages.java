package io.semimeta.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semimeta.UserError;
import io.semimeta.source.ImageSource;
import io.semimeta.source.InputFiles;
import io.semimeta.source.TestSources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A folder of files, which hold their own paths, and what becomes of it as a source. */
abstract class FolderOfImages {
  static final Configuration CONF = new Configuration();

  @TempDir Path base;

  Path folder;

  @BeforeEach
  void makeFolder() {
    folder = base.resolve("images");
  }

  void files(String... paths) throws IOException {
    for (String path : paths) {
      TestSources.file(folder.resolve(path), path.getBytes(StandardCharsets.UTF_8));
    }
  }

  void link(String path, String target) throws IOException {
    Files.createDirectories(folder.resolve(path).getParent());
    Files.createSymbolicLink(folder.resolve(path), Path.of(target));
  }

  ImageSource open() {
    return open(null);
  }

  ImageSource open(Path testInput) {
    return ImageFolderSource.open(hadoop(folder), hadoop(testInput), new InputFiles(CONF));
  }

  static org.apache.hadoop.fs.Path hadoop(Path path) {
    return path == null ? null : new org.apache.hadoop.fs.Path(path.toUri());
  }

  static List<String> read(ImageSource source, String split) throws IOException {
    List<String> images = new ArrayList<>();
    for (ImageSource.Image image : TestSources.read(source, split, CONF)) {
      String content = new String(image.record().encoded(), StandardCharsets.UTF_8);
      String what = image.problem() == null ? content : image.problem();
      images.add(what + "=" + image.record().label());
    }
    return images;
  }

  UserError refusal() {
    UserError error = assertThrows(UserError.class, this::open);
    assertEquals(1, error.getMessage().lines().count(), error.getMessage());
    return error;
  }
}
