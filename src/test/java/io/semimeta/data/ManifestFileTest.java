package io.semimeta.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.data.DatasetManifest.SidecarFile;
import io.semimeta.data.DatasetManifest.Split;
import io.semimeta.recordio.FaultyFileSystem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestFileTest {
  private static final Configuration CONF = new Configuration();
  private static final DatasetManifest MANIFEST =
      new DatasetManifest(
          1,
          "pets",
          List.of("cat", "dog"),
          1,
          8,
          8,
          Orientation.STORED,
          List.of(0.25),
          List.of(0.5),
          Map.of(
              "train",
              new Split(3, 1, List.of(1L, 1L), List.of(new Shard("a.rec", 3, 5, "ab", null)))),
          null,
          null);

  private static final List<List<Long>> PER_CLASS = List.of(List.of(1L, 1L), List.of(2L, 2L));

  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.write(folder.resolve("a.rec"), new byte[5]);
    ManifestFile.write(MANIFEST, folder.toUri(), CONF);
  }

  private DatasetManifest read() {
    return ManifestFile.read(folder.toUri(), CONF);
  }

  /** A division by either spoils every image. */
  @Test
  void deviationsThatCannotBeDividedBy() throws IOException {
    for (String value : List.of("0.0", "-0.5", "\"NaN\"", "\"Infinity\"", "NaN", "-Infinity")) {
      assertRefusedAfter("\"std\" : [ 0.5 ]", "\"std\" : [ " + value + " ]", "bad value of std");
    }
    assertRefusedAfter("\"mean\" : [ 0.25 ]", "\"mean\" : [ \"NaN\" ]", "bad value of mean");
  }

  @Test
  void whatIsNoDataSetIsSent() throws IOException {
    assertNotPrepared("none", "no such file or folder");
    Files.createDirectory(folder.resolve("images"));
    assertNotPrepared("images", "it holds no manifest.json");
    assertNotPrepared("a.rec", "it is a file");
  }

  private void assertNotPrepared(String name, String reason) {
    URI data = folder.resolve(name).toUri();
    UserError error = assertThrows(UserError.class, () -> ManifestFile.read(data, CONF));
    assertEquals(
        "%s is no prepared data set (%s); run 'semimeta prepare' on the images, and give its --output"
            .formatted(data, reason),
        error.getMessage());
  }

  /** A manifest that may not be read is not one that is missing. */
  @Test
  void aForbiddenManifestIsCalledSo() {
    Configuration conf = FaultyFileSystem.configure(new Configuration());
    FaultyFileSystem.failNext(
        "manifest.json", new FileNotFoundException("/d/manifest.json (Permission denied)"));
    URI data = URI.create("faulty:" + folder);
    UserError error = assertThrows(UserError.class, () -> ManifestFile.read(data, conf));
    assertTrue(
        error
            .getMessage()
            .endsWith(
                "/manifest.json: permission denied; allow it to the user "
                    + System.getProperty("user.name")),
        error.getMessage());
  }

  private void assertRefusedAfter(String from, String to, String message) throws IOException {
    Path file = folder.resolve("manifest.json");
    String good = Files.readString(file);
    assertTrue(good.contains(from), good);
    Files.writeString(file, good.replace(from, to));
    UserError error = assertThrows(UserError.class, this::read);
    assertTrue(error.getMessage().contains(message), error.getMessage());
    assertTrue(error.getMessage().contains("manifest.json"), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
    Files.writeString(file, good);
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    assertEquals(MANIFEST, read());
    try (var files = Files.list(folder)) {
      assertEquals(2, files.count());
    }
  }

  @Test
  void faultyManifestsAreNamed() throws IOException {
    assertRefusedAfter("\"schema_version\" : 1", "\"schema_version\" : 2", "schema_version is 2");
    assertRefusedAfter("\"schema_version\" : 1,", "", "schema_version is 0");
    assertRefusedAfter("\"name\"", "\"title\" : 1, \"name\"", "title");
    assertRefusedAfter("\"name\" : \"pets\",", "", "name");
    assertRefusedAfter("\"height\" : 8,", "", "height");
    assertRefusedAfter("\"channels\" : 1", "\"channels\" : 3", "mean");
    assertRefusedAfter("\"unlabelled\" : 1", "\"unlabelled\" : 2", "splits.train.records");
    assertRefusedAfter(
        "\"per_class\" : [ 1, 1 ]", "\"per_class\" : [ 2 ]", "splits.train.per_class");
    assertRefusedAfter("a.rec", "../a.rec", "splits.train.shards.file");
    assertRefusedAfter("\"unlabelled\" : 1", "\"unlabelled\" : null", "unlabelled");
    assertRefusedAfter("{", "[", "is not a manifest");
  }

  @Test
  void theLabelledSplitIsReadBack() throws IOException {
    assertFalse(Files.readString(folder.resolve("manifest.json")).contains("\"labelled\""));
    DatasetManifest.Labelled labelled = new DatasetManifest.Labelled("some.txt", 2, "ab");
    DatasetManifest manifest =
        new DatasetManifest(
            1,
            MANIFEST.name(),
            MANIFEST.classes(),
            1,
            8,
            8,
            Orientation.EXIF,
            MANIFEST.mean(),
            MANIFEST.std(),
            MANIFEST.splits(),
            labelled,
            null);
    ManifestFile.write(manifest, folder.toUri(), CONF);
    assertEquals(manifest, read());
    assertRefusedAfter("some.txt", "../some.txt", "labelled.file");
    assertRefusedAfter("\"images\" : 2", "\"images\" : 3", "labelled.images");
    assertRefusedAfter("\"images\" : 2,", "", "images");
    assertRefusedAfter("\"some.txt\"", "null", "file");
  }

  /** As all were decoded when there was no choice. */
  @Test
  void withoutAnOrientationPixelsStayAsTheyAreStored() throws IOException {
    Path file = folder.resolve("manifest.json");
    String json = Files.readString(file);
    Files.writeString(file, json.replace("  \"orientation\" : \"stored\",\n", ""));
    assertFalse(Files.readString(file).contains("orientation"));
    assertEquals(MANIFEST, read());
    Files.writeString(file, json.replace("\"stored\"", "\"exif\""));
    assertEquals(Orientation.EXIF, read().orientation());
    assertRefusedAfter("\"exif\"", "\"upright\"", "orientation");
  }

  private static DatasetManifest with(Shard... shards) {
    Split split =
        new Split(
            3L * shards.length, shards.length, PER_CLASS.get(shards.length - 1), List.of(shards));
    return new DatasetManifest(
        1,
        MANIFEST.name(),
        MANIFEST.classes(),
        1,
        8,
        8,
        MANIFEST.orientation(),
        MANIFEST.mean(),
        MANIFEST.std(),
        Map.of("train", split),
        null,
        null);
  }

  /** Those of before sidecars are read, as the other tests show. */
  @Test
  void sidecarsAreThereInTheirFullSize() throws IOException {
    Shard one = new Shard("a.rec", 3, 5, "ab", new SidecarFile(7, "cd"));
    ManifestFile.write(with(one), folder.toUri(), CONF);
    UserError missing = assertThrows(UserError.class, this::read);
    assertTrue(missing.getMessage().contains("a.meta: no such file"), missing.getMessage());
    Files.write(folder.resolve("a.meta"), new byte[7]);
    assertEquals(with(one), read());
    assertTrue(read().hasSidecars());
    assertFalse(MANIFEST.hasSidecars());
    assertRefusedAfter("\"sha256\" : \"cd\"", "\"sha256\" : null", "sidecar.sha256");
    Files.write(folder.resolve("a.meta"), new byte[6]);
    UserError cut = assertThrows(UserError.class, this::read);
    assertTrue(cut.getMessage().contains("a.meta has 6 bytes instead of 7"), cut.getMessage());
    Files.write(folder.resolve("a.meta"), new byte[7]);
    Files.write(folder.resolve("b.rec"), new byte[5]);
    ManifestFile.write(with(one, new Shard("b.rec", 3, 5, "ab", null)), folder.toUri(), CONF);
    UserError mixed = assertThrows(UserError.class, this::read);
    assertTrue(mixed.getMessage().contains("splits.train.shards.sidecar"), mixed.getMessage());
  }

  /** Data sets of before do not say it. */
  @Test
  void whatWasPassedOverIsReadBack() throws IOException {
    assertFalse(Files.readString(folder.resolve("manifest.json")).contains("passed_over"));
    DatasetManifest manifest =
        new DatasetManifest(
            1,
            MANIFEST.name(),
            MANIFEST.classes(),
            1,
            8,
            8,
            MANIFEST.orientation(),
            MANIFEST.mean(),
            MANIFEST.std(),
            MANIFEST.splits(),
            null,
            Map.of(".txt", 3L, "hidden", 2L));
    ManifestFile.write(manifest, folder.toUri(), CONF);
    assertTrue(Files.readString(folder.resolve("manifest.json")).contains("\"passed_over\" : {"));
    assertEquals(manifest, read());
  }

  @Test
  void missingAndShortFilesAreNamed() throws IOException {
    Files.write(folder.resolve("a.rec"), new byte[4]);
    UserError shorter = assertThrows(UserError.class, this::read);
    assertTrue(shorter.getMessage().contains("a.rec has 4 bytes instead of 5"));
    Files.delete(folder.resolve("a.rec"));
    UserError missing = assertThrows(UserError.class, this::read);
    assertTrue(missing.getMessage().contains("a.rec: no such file"), missing.getMessage());
    Files.delete(folder.resolve("manifest.json"));
    UserError none = assertThrows(UserError.class, this::read);
    assertTrue(none.getMessage().contains("holds no manifest.json"), none.getMessage());
  }
}
