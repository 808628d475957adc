package io.semimeta.prepare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.semimeta.data.Orientation;
import io.semimeta.format.SourceFormat;
import io.semimeta.format.SourceOptions;
import io.semimeta.source.InputFiles;
import io.semimeta.source.TestSources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.Struct;

/** What decides the record files although it lies beside the inputs. */
class FingerprintTest {
  private static final Configuration CONF = new Configuration();

  @TempDir private Path folder;

  private String fingerprint(SourceFormat format, Path input, Path testInput) {
    return fingerprint(format, input, testInput, Orientation.STORED);
  }

  private String fingerprint(
      SourceFormat format, Path input, Path testInput, Orientation orientation) {
    SourceOptions source = new SourceOptions(hadoop(input), hadoop(testInput), null, false);
    PrepareRequest options =
        new PrepareRequest(
            "name",
            folder.resolve("out").toUri(),
            new Resizing(0, 0, 95, orientation),
            0,
            0,
            1,
            0,
            0,
            Optional.empty(),
            0);
    return Fingerprint.of(
        format,
        source,
        format.open(source, new InputFiles(CONF)).filesBeside(),
        options,
        new InputFiles(CONF));
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return path == null ? null : new org.apache.hadoop.fs.Path(path.toString());
  }

  private void assertCounts(Path file, SourceFormat format, Path input, Path testInput)
      throws IOException {
    String before = fingerprint(format, input, testInput);
    assertEquals(before, fingerprint(format, input, testInput));
    assertNotEquals(before, fingerprint(format, input, testInput, Orientation.EXIF));
    long time = Files.getLastModifiedTime(file).toMillis();
    Files.setLastModifiedTime(file, FileTime.fromMillis(time + 5000));
    assertNotEquals(before, fingerprint(format, input, testInput), file.toString());
  }

  private Path file(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    TestSources.file(file, text.getBytes(StandardCharsets.UTF_8));
    return file;
  }

  @Test
  void indexAndListOfARecordFile() throws IOException {
    Path packed = Path.of("src/test/resources/io/semimeta/recordio");
    for (String name : new String[] {"train", "val"}) {
      for (String suffix : new String[] {".rec", ".idx", ".lst"}) {
        Files.copy(packed.resolve(name + suffix), folder.resolve(name + suffix));
      }
    }
    Path train = folder.resolve("train.rec");
    Path test = folder.resolve("val.rec");
    for (String name : new String[] {"train.idx", "train.lst", "val.idx", "val.lst"}) {
      assertCounts(folder.resolve(name), SourceFormat.MXNET, train, test);
    }
  }

  @Test
  void classesOfTheValidationImages() throws IOException {
    Path input = folder.resolve("in");
    file("in/train/n01440764/a.JPEG", "a");
    file("in/train/n02119789/b.JPEG", "b");
    Path images = file("v/val/c.JPEG", "c").getParent();
    Path list = file("v/val.txt", "c.JPEG 1\n");
    assertCounts(list, SourceFormat.IMAGENET, input, images);

    Path archive = folder.resolve("w/val.tar");
    TestSources.file(archive, TestSources.tar(Map.of("c.JPEG", new byte[] {1})));
    Path truth = file("w/ILSVRC2012_validation_ground_truth.txt", "1\n");
    Struct synsets = Mat5.newStruct(1, 1);
    synsets.set("ILSVRC2012_ID", 0, Mat5.newScalar(1));
    synsets.set("WNID", 0, Mat5.newString("n02119789"));
    Path meta = folder.resolve("w/meta.mat");
    Mat5.writeToFile(Mat5.newMatFile().addArray("synsets", synsets), meta.toFile());
    assertCounts(truth, SourceFormat.IMAGENET, input, archive);
    assertCounts(meta, SourceFormat.IMAGENET, input, archive);
  }
}
