package io.semimeta.prepare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.semimeta.UserError;
import io.semimeta.console.HeardJobs;
import io.semimeta.console.HeardJobs.Job;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Split;
import io.semimeta.data.ImageRecord;
import io.semimeta.image.TestImages;
import io.semimeta.jobs.LeasedOutput;
import io.semimeta.recordio.LocalSpark;
import io.semimeta.recordio.RecordFiles;
import io.semimeta.source.TestSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PrepareIT extends PrepareRun {
  /** 12 cats and 8 dogs in colour, 5 images of unknown class, of which one is grey. */
  private Path imageFolder() throws IOException {
    Path input = folder.resolve("pets");
    for (int i = 0; i < 12; i++) {
      TestSources.file(input.resolve("cat/" + i + ".png"), TestImages.png(3, 6, 8, i));
    }
    for (int i = 0; i < 8; i++) {
      TestSources.file(input.resolve("dog/" + i + ".JPG"), TestImages.jpeg(9, 7, 0x0a141e * i));
    }
    for (int i = 0; i < 5; i++) {
      byte[] png = TestImages.png(i == 0 ? 1 : 3, 5, 5, 100 + i);
      TestSources.file(input.resolve("unlabelled/" + i + ".png"), png);
    }
    return input;
  }

  @Test
  void imageFolderWithoutTestSplit() throws IOException {
    DatasetManifest manifest = prepare("image-folder", imageFolder(), "out");
    assertEquals("pets", manifest.name());
    assertEquals(List.of("cat", "dog"), manifest.classes());
    assertEquals(3, manifest.channels());
    assertEquals(0, manifest.height());
    Split train = manifest.splits().get("train");
    Split test = manifest.splits().get("test");
    assertEquals(List.of(11L, 7L), train.perClass());
    assertEquals(5, train.unlabelled());
    assertEquals(23, train.records());
    assertEquals(List.of(1L, 1L), test.perClass());
    assertEquals(4, train.shards().size());
    assertEquals(2, test.shards().size());

    Map<Long, ImageRecord> records = records("out", manifest, "train");
    Map<Long, ImageRecord> tested = records("out", manifest, "test");
    assertEquals(23, records.size());
    records.putAll(tested);
    assertEquals(25, records.size());
    assertArrayEquals(TestImages.png(3, 6, 8, 0), records.get(0L).encoded());
    assertEquals(ImageRecord.NO_LABEL, records.get(24L).label());
    tested.keySet().forEach(records::remove);
    assertMoments(manifest, records);
  }

  @Test
  void theSameSourceAndSeedGiveTheSameBytes() throws IOException {
    Path input = imageFolder();
    prepare("image-folder", input, "one", "--seed", "5");
    spark.close();
    spark = new LocalSpark("local[1]");
    prepare("image-folder", input, "two", "--seed", "5");
    spark.close();
    spark = new LocalSpark("local[4]");
    prepare("image-folder", input, "three", "--seed", "5");
    prepare("image-folder", input, "other", "--seed", "6");
    Map<String, String> one = bytes(folder.resolve("one"));
    assertEquals(one, bytes(folder.resolve("two")));
    assertEquals(one, bytes(folder.resolve("three")));
    assertEquals(6 * 3 + 1, one.size(), "records, indices, sidecars, the manifest, nothing else");
    Map<String, String> other = bytes(folder.resolve("other"));
    String shard = "train-00000-of-00004.rec";
    assertNotEquals(one.get(shard), other.get(shard));
  }

  /** What only this machine knows is in no file of the data set. */
  @Test
  void anotherPlaceGivesTheSameBytesAndPaths() throws IOException {
    Path input = imageFolder();
    DatasetManifest manifest = prepare("image-folder", input, "one");
    Path moved = folder.resolve("elsewhere/pets");
    Files.createDirectories(moved.getParent());
    Files.move(input, moved);
    prepare("image-folder", moved, "two");
    assertEquals(bytes(folder.resolve("one")), bytes(folder.resolve("two")));
    Map<Long, String> paths = new TreeMap<>();
    for (String split : List.of("train", "test")) {
      RecordFiles.rdd(spark.context(), folder.resolve("two").toUri(), manifest, split, 3, 1, true)
          .collect()
          .forEach(image -> paths.put(image.record().id(), image.path()));
    }
    List<String> expected = new ArrayList<>();
    IntStream.range(0, 12).forEach(i -> expected.add("cat/" + i + ".png"));
    IntStream.range(0, 8).forEach(i -> expected.add("dog/" + i + ".JPG"));
    IntStream.range(0, 5).forEach(i -> expected.add("unlabelled/" + i + ".png"));
    // Ids are in the order of the paths within a class.
    expected.subList(0, 12).sort(null);
    assertEquals(expected, List.copyOf(paths.values()));
  }

  @Test
  void whatCannotBeDecodedIsQuarantined() throws IOException {
    Path input = imageFolder();
    TestSources.file(input.resolve("cat/zz.png"), new byte[0]);
    TestSources.file(input.resolve("unlabelled/a \"b\".jpg"), new byte[] {1, 2, 3});
    DatasetManifest manifest =
        prepare("image-folder", input, "out", "--max-bad", "2", "--test-fraction", "0");
    assertEquals(List.of(12L, 8L), manifest.splits().get("train").perClass());
    assertFalse(manifest.splits().containsKey("test"));
    List<String> lines = Files.readAllLines(folder.resolve("out/quarantine.jsonl"));
    assertEquals(2, lines.size());
    JsonNode first = new JsonMapper().readTree(lines.get(0));
    assertEquals(12, first.get("id").asLong());
    assertEquals("empty file", first.get("reason").asText());
    assertTrue(new JsonMapper().readTree(lines.get(1)).get("path").asText().contains("a \"b\""));
    assertRefused("2 images cannot be decoded", "image-folder", input, "--max-bad", "1");
    assertTrue(Files.exists(folder.resolve("refused/quarantine.jsonl")));
    // The failed one's folder can be used again, and no image is surveyed twice.
    try (HeardJobs heard = new HeardJobs(spark.context())) {
      prepare("image-folder", input, "refused");
      assertEquals(List.of("write shards"), heard.all().stream().map(Job::description).toList());
    }
  }

  /** And the manifest tells what is in the folder, whatever is left out. */
  @Test
  void validationImagesAreASplitOfTheirOwn() throws IOException {
    Path input = folder.resolve("in");
    for (int i = 0; i < 6; i++) {
      for (String split : List.of("Train", "Test", "Validation")) {
        String name = split + (i % 2 == 0 ? "/cat/" : "/dog/") + i + ".png";
        TestSources.file(input.resolve(name), TestImages.png(3, 6, 8, name.length() + i));
      }
    }
    TestSources.file(input.resolve("Train/cat/read me.txt"), new byte[1]);
    TestSources.file(input.resolve("Train/dog/@eaDir/1.png/SYNO.png"), new byte[1]);
    Files.createSymbolicLink(input.resolve("Train/dog/gone.png"), Path.of("/nowhere"));
    DatasetManifest manifest = prepare("image-folder", input, "out");
    assertEquals(List.of("train", "test", "val"), List.copyOf(manifest.splits().keySet()));
    assertEquals(List.of(3L, 3L), manifest.splits().get("val").perClass());
    assertEquals("val-00000-of-00004.rec", manifest.splits().get("val").shards().get(0).file());
    assertEquals(6, records("out", manifest, "val").size());
    assertEquals(Map.of(".txt", 1L, "thumbnail folders", 1L), manifest.passedOver());
    String quarantined = Files.readString(folder.resolve("out/quarantine.jsonl"));
    assertEquals(1, quarantined.lines().count());
    assertTrue(quarantined.contains("/gone.png\",\"reason\":\"a link that leads nowhere\""));
    prepare("image-folder", input, "again");
    assertEquals(bytes(folder.resolve("out")), bytes(folder.resolve("again")));
  }

  /** In Spark's UI; and what somebody else's jobs were called, they are called afterwards. */
  @Test
  void everyJobHasAName() throws IOException {
    Path input = imageFolder();
    spark.context().setJobGroup("mine", "my own", true);
    try (HeardJobs heard = new HeardJobs(spark.context())) {
      prepare("image-folder", input, "out");
      spark.context().parallelize(List.of(1)).count();
      List<Job> jobs = heard.all();
      assertEquals(3, jobs.size(), jobs + "");
      String group = jobs.get(0).group();
      assertTrue(group.matches("semimeta prepare file:.*/out/?"), group);
      String survey = "decode and survey images";
      assertEquals(new Job(group, survey, Set.of(survey)), jobs.get(0));
      assertEquals(new Job(group, "write shards", Set.of("write shards")), jobs.get(1));
      assertEquals("mine", jobs.get(2).group());
      assertEquals("my own", jobs.get(2).description());
      assertTrue(jobs.get(2).stages().iterator().next().startsWith("count at PrepareIT.java"));
    } finally {
      spark.context().clearJobGroup();
    }
  }

  /** By a second run, which is refused in time; what the first has written stays. */
  @Test
  void anOutputThatIsBeingPreparedIsLeftAlone() throws IOException {
    Path input = imageFolder();
    Path output = folder.resolve("refused");
    TestSources.file(output.resolve("train-00000-of-00009.rec"), new byte[] {1});
    var place = PrepareJob.place(new org.apache.hadoop.fs.Path(output.toUri()));
    try (LeasedOutput first =
        LeasedOutput.take(spark.context(), "prepare", List.of(place), words -> {})) {
      assertRefused(": in use by prepare on ", "image-folder", input);
      assertRefused(", application " + spark.context().sc().applicationId(), "image-folder", input);
      assertArrayEquals(
          new byte[] {1}, Files.readAllBytes(output.resolve("train-00000-of-00009.rec")));
    }
    prepare("image-folder", input, "refused");
    prepare("image-folder", input, "alone");
    assertEquals(bytes(folder.resolve("alone")), bytes(output), "no lease is left, nor the rest");
  }

  @Test
  void badInputIsRefused() throws IOException {
    Path input = imageFolder();
    prepare("image-folder", input, "out");
    Map<String, String> before = bytes(folder.resolve("out"));
    UserError error = assertThrows(UserError.class, () -> prepare("image-folder", input, "out"));
    assertTrue(error.getMessage().contains("holds a prepared data set already"));
    assertEquals(before, bytes(folder.resolve("out")));
    assertRefused("no such file or folder", "image-folder", folder.resolve("none"));
    assertRefused("--test-fraction 1.0: must be", "image-folder", input, "--test-fraction", "1");
    Path broken = folder.resolve("broken");
    TestSources.file(broken.resolve("cat/0.png"), new byte[0]);
    assertRefused("no training image that can be decoded; see file:", "image-folder", broken);
    Path idx = folder.resolve("idx");
    TestSources.idx(idx, "train", 5, 4, 2);
    byte[] images = new byte[16 + 79];
    java.nio.ByteBuffer.wrap(images).putInt(0x803).putInt(5).putInt(4).putInt(4);
    Files.delete(idx.resolve("train-images-idx3-ubyte.gz"));
    Files.write(idx.resolve("train-images-idx3-ubyte"), images);
    // Found by an executor, in the middle of the job.
    assertRefused("truncated within image 4", "idx", idx);
  }
}
