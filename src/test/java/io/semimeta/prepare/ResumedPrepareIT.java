package io.semimeta.prepare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.OutputException;
import io.semimeta.UserError;
import io.semimeta.cli.SemiMeta;
import io.semimeta.files.FullDisk;
import io.semimeta.files.SchemeFileSystem;
import io.semimeta.image.TestImages;
import io.semimeta.recordio.FaultyFileSystem;
import io.semimeta.recordio.HaltingFileSystem;
import io.semimeta.source.TestSources;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A {@code prepare} whose process was killed while it wrote, and the one after it. */
class ResumedPrepareIT extends PrepareRun {
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);
  private static final int FINISHED = 2;

  /** What an attempt calls a record file until it is whole. */
  private static final String TEMPORARY = "_.*\\.rec\\.\\d+";

  @TempDir private static Path base;

  private static Path input;
  private static Path killed;
  private static List<String> finished;

  /** What the session knows, the check before it must know too. */
  private static final Map<String, String> SCHEMES =
      Map.of(
          "spark.hadoop.fs.faulty.impl", FaultyFileSystem.class.getName(),
          "spark.hadoop.fs.full.impl", FullDisk.class.getName(),
          "spark.hadoop.fs.overtaken.impl", Overtaken.class.getName());

  @AfterAll
  static void forget() {
    SCHEMES.keySet().forEach(System::clearProperty);
  }

  @BeforeAll
  static void kill() throws IOException, InterruptedException {
    SCHEMES.forEach(System::setProperty);
    input = base.resolve("pets");
    for (int i = 0; i < 40; i++) {
      String name = (i % 2 == 0 ? "cat/" : "dog/") + i + ".png";
      TestSources.file(input.resolve(name), TestImages.png(3, 6, 8, i));
    }
    TestSources.file(input.resolve("cat/broken.png"), new byte[] {1, 2, 3});
    killed = base.resolve("killed");
    Path log = base.resolve("log.txt");
    Process process = process(log, "halt://" + killed);
    assertEquals(HaltingFileSystem.STATUS, process.waitFor(), Files.readString(log));
    try (Stream<Path> files = Files.list(killed)) {
      finished =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.matches("(train|test)-.*\\.rec"))
              .sorted()
              .toList();
    }
    assertEquals(FINISHED, finished.size());
    assertFalse(Files.exists(killed.resolve("manifest.json")));
  }

  /** One core, so that one shard is finished after the other. */
  private static Process process(Path log, String output) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.add("-Dspark.master=local[1]");
    command.add("-Dspark.ui.enabled=false");
    command.add("-Dspark.hadoop.fs.halt.impl=" + HaltingFileSystem.class.getName());
    command.add("-D" + HaltingFileSystem.HALT_AT + "=" + (FINISHED + 1));
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(SemiMeta.class.getName());
    command.addAll(List.of("prepare", "--format", "image-folder", "--input", input.toString()));
    command.addAll(List.of("--output", output));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  /** What was left, as it was left long ago. */
  private Path left() throws IOException {
    return left(folder.resolve("resumed"));
  }

  private static Path left(Path output) throws IOException {
    try (Stream<Path> files = Files.walk(killed)) {
      for (Path file : files.toList()) {
        Path copy = output.resolve(killed.relativize(file).toString());
        Files.copy(file, copy);
        Files.setLastModifiedTime(copy, LONG_AGO);
      }
    }
    return output;
  }

  private static Path survey(Path output) throws IOException {
    try (Stream<Path> files = Files.walk(output)) {
      return files.filter(file -> file.endsWith("survey.jsonl.gz")).findAny().orElseThrow();
    }
  }

  private List<String> untouched() {
    return untouched(folder.resolve("resumed"));
  }

  private static List<String> untouched(Path output) {
    return finished.stream()
        .filter(
            name -> {
              try {
                Path file = output.resolve(name);
                return Files.getLastModifiedTime(file).equals(LONG_AGO);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .toList();
  }

  private void assertAsUndisturbed(Path from, String... more) throws IOException {
    prepare("image-folder", from, "resumed", more);
    prepare("image-folder", from, "whole", more);
    assertEquals(bytes(folder.resolve("whole")), bytes(folder.resolve("resumed")));
  }

  @Test
  void finishedShardsStayAndTheBytesAreTheSame() throws IOException {
    left();
    assertAsUndisturbed(input);
    assertEquals(finished, untouched());
    assertTrue(bytes(folder.resolve("whole")).containsKey(Quarantine.FILE_NAME));
  }

  /** What is there of it is neither a class nor a change of the input. */
  @Test
  void anOutputInTheInputGoesOn() throws IOException {
    prepare("image-folder", input, "whole");
    Path inside = left(input.resolve("prepared"));
    try {
      prepare("image-folder", input, inside.toUri());
      assertEquals(finished, untouched(inside));
      assertEquals(bytes(folder.resolve("whole")), bytes(inside));
    } finally {
      FileUtils.deleteDirectory(inside.toFile());
    }
  }

  @Test
  void optionsThatDecideNoShardMayChange() throws IOException {
    left();
    assertAsUndisturbed(input, "--label-fraction", "0.3", "--max-bad", "1");
    assertEquals(finished, untouched());
    assertTrue(bytes(folder.resolve("resumed")).containsKey("labelled.txt"));
  }

  @Test
  void aShardThatIsDamagedIsWrittenAgain() throws IOException {
    Path records = left().resolve(finished.get(0));
    byte[] bytes = Files.readAllBytes(records);
    bytes[bytes.length / 2] ^= 1;
    Files.write(records, bytes);
    Files.setLastModifiedTime(records, LONG_AGO);
    assertAsUndisturbed(input);
    assertEquals(finished.subList(1, FINISHED), untouched());
  }

  @Test
  void aDamagedIndexOrReceiptCountsAsNotWritten() throws IOException {
    Path output = left();
    Files.writeString(output.resolve(finished.get(0).replace(".rec", ".idx")), "0\t0\n");
    try (Stream<Path> files = Files.walk(output)) {
      Path receipt =
          files.filter(file -> file.endsWith(finished.get(1) + ".json")).findAny().orElseThrow();
      Files.writeString(receipt, "{");
    }
    assertAsUndisturbed(input);
    assertEquals(List.of(), untouched());
  }

  @Test
  void aDamagedSidecarCountsAsNotWritten() throws IOException {
    Path sidecar = left().resolve(finished.get(0).replace(".rec", ".meta"));
    byte[] bytes = Files.readAllBytes(sidecar);
    bytes[bytes.length / 2] ^= 1;
    Files.write(sidecar, bytes);
    assertAsUndisturbed(input);
    assertEquals(finished.subList(1, FINISHED), untouched());
  }

  @Test
  void otherOptionsBeginAnew() throws IOException {
    left();
    assertAsUndisturbed(input, "--seed", "9");
    assertEquals(List.of(), untouched());
  }

  /** Another image by the same name. */
  @Test
  void anotherInputBeginsAnew() throws IOException {
    Path changed = base.resolve("pets/cat/0.png");
    byte[] before = Files.readAllBytes(changed);
    FileTime time = Files.getLastModifiedTime(changed);
    try {
      Files.write(changed, TestImages.png(3, 6, 8, 1000));
      Files.setLastModifiedTime(changed, FileTime.fromMillis(time.toMillis() + 5000));
      left();
      assertAsUndisturbed(input);
      assertEquals(List.of(), untouched());
    } finally {
      Files.write(changed, before);
      Files.setLastModifiedTime(changed, time);
    }
  }

  /** It lies beside the folder of the test images, and says what their labels are. */
  @Test
  void anotherListOfTestLabelsBeginsAnew() throws IOException {
    Path imageNet = folder.resolve("imagenet");
    for (int i = 0; i < 6; i++) {
      byte[] image = TestImages.jpeg(6, 8, 0x102030 * i);
      TestSources.file(imageNet.resolve("train/n0000000" + i % 2 + "/" + i + ".JPEG"), image);
      TestSources.file(folder.resolve("v/val/" + i + ".JPEG"), image);
    }
    Path classes = folder.resolve("v/val.txt");
    String test = folder.resolve("v/val").toString();
    Files.writeString(classes, "0.JPEG 0\n1.JPEG 0\n2.JPEG 1\n3.JPEG 1\n4.JPEG 1\n5.JPEG 1\n");
    String faulty = Files.writeString(folder.resolve("labelled.txt"), "no image\n").toString();
    String[] more = {"--test-input", test, "--label-list", faulty};
    UserError error =
        assertThrows(UserError.class, () -> prepare("imagenet", imageNet, "resumed", more));
    assertTrue(error.getMessage().contains("'no image' is no training image"), error.getMessage());

    Files.writeString(classes, "0.JPEG 1\n1.JPEG 1\n2.JPEG 0\n3.JPEG 0\n4.JPEG 0\n5.JPEG 0\n");
    Files.setLastModifiedTime(classes, LONG_AGO);
    prepare("imagenet", imageNet, "resumed", "--test-input", test);
    prepare("imagenet", imageNet, "whole", "--test-input", test);
    assertEquals(bytes(folder.resolve("whole")), bytes(folder.resolve("resumed")));
  }

  /** As where the input has changed although its files' sizes and times have not. */
  @Test
  void otherLabelsThanTheSurveysAreFoundOut() throws IOException {
    Path survey = survey(left());
    String lines;
    try (InputStream in = new GZIPInputStream(Files.newInputStream(survey))) {
      lines = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    String swapped =
        lines.replace("label\":0", "label\":2").replace("l\":1", "l\":0").replace("l\":2", "l\":1");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(survey))) {
      out.write(swapped.getBytes(StandardCharsets.UTF_8));
    }
    UserError error =
        assertThrows(UserError.class, () -> prepare("image-folder", input, "resumed"));
    assertTrue(error.getMessage().contains("changed while they were read"), error.getMessage());
    assertAsUndisturbed(input);
    assertEquals(List.of(), untouched());
  }

  /** What rests on a file that may be whole is not removed. */
  @Test
  void aFileThatCannotBeReadJustNowCostsNothing() throws IOException {
    URI output = URI.create("faulty://" + left());
    FaultyFileSystem.configure(spark.context().hadoopConfiguration());
    for (String name : List.of("survey.jsonl.gz", finished.get(0))) {
      FaultyFileSystem.failNext(name, new IOException("connection reset"));
      UserError error = assertThrows(UserError.class, () -> prepare("image-folder", input, output));
      assertTrue(error.getMessage().endsWith(name + ": connection reset"), error.getMessage());
      assertEquals(finished, untouched());
    }
    assertAsUndisturbed(input);
    assertEquals(finished, untouched());
  }

  /** Where the survey is gone, no image is known. */
  @Test
  void aCutSurveyIsMadeAgain() throws IOException {
    Path survey = survey(left());
    byte[] bytes = Files.readAllBytes(survey);
    Files.write(survey, Arrays.copyOf(bytes, bytes.length / 2));
    assertAsUndisturbed(input);
    assertEquals(List.of(), untouched());
  }

  /** What was finished stays, and the next run makes the rest. */
  @Test
  void aFullDiskEndsTheWorkAndIsNamed() throws IOException {
    FullDisk.configure(spark.context().hadoopConfiguration());
    prepare("image-folder", input, "whole", "--max-bad", "1");
    Path output = folder.resolve("full");
    URI full = URI.create("full:" + output);
    for (String file :
        List.of("survey.jsonl.gz", "[^/]*.rec", "[^/]*.meta", "[^/]*.rec.json", "manifest.json")) {
      FullDisk.files = ".*/[._]?" + file + "(\\.\\d+|\\.tmp)?";
      Exception failure;
      try {
        failure =
            assertThrows(
                Exception.class, () -> prepare("image-folder", input, full, "--max-bad", "1"));
      } finally {
        FullDisk.files = "";
      }
      String line =
          OutputException.messageIn(failure).orElseThrow(() -> new AssertionError(failure));
      assertTrue(
          line.matches("full:\\S*/" + file + ": no space left on device; make room there"), line);
      assertFalse(Files.exists(output.resolve("manifest.json")), file);
    }
    prepare("image-folder", input, full, "--max-bad", "1");
    assertEquals(bytes(folder.resolve("whole")), bytes(output));
  }

  /** A local folder that another run takes over when the third shard is begun. */
  public static final class Overtaken extends SchemeFileSystem {
    static final AtomicInteger BEGUN = new AtomicInteger();
    static final String OTHERS =
        """
        {"holder": "x", "renewals": 9, "command": "prepare", "host": "h2", "application": "app-2",
         "since": "2026-01-02T03:04:05Z", "pid": 1, "pid_space": ""}
        """;

    @Override
    public String getScheme() {
      return "overtaken";
    }

    @Override
    protected OutputStream create(org.apache.hadoop.fs.Path file, Local local) throws IOException {
      if (file.getName().matches(TEMPORARY) && BEGUN.incrementAndGet() == FINISHED + 1) {
        Files.writeString(lease(Path.of(file.getParent().toUri().getPath())), OTHERS);
      }
      return local.create();
    }

    static Path lease(Path output) {
      return output.resolve(".semimeta.lease");
    }
  }

  /** It stood still, say, until another took it for dead. */
  @Test
  void aRunThatIsTakenOverWritesNoMore() throws IOException, InterruptedException {
    prepare("image-folder", input, "whole", "--max-bad", "1");
    Path output = folder.resolve("overtaken");
    URI uri = URI.create("overtaken:" + output);
    spark
        .context()
        .hadoopConfiguration()
        .setClass("fs.overtaken.impl", Overtaken.class, FileSystem.class);
    UserError error =
        assertThrows(UserError.class, () -> prepare("image-folder", input, uri, "--max-bad", "1"));
    assertTrue(
        error
            .getMessage()
            .contains(output + ": taken over by prepare on h2, application app-2, since 2026-"),
        error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
    assertEquals(Overtaken.OTHERS, Files.readString(Overtaken.lease(output)), "the other's stays");
    List<String> left = leftBy(output);
    assertFalse(left.contains("manifest.json"));
    assertTrue(left.stream().noneMatch(name -> name.matches(TEMPORARY)), left::toString);
    List<String> shards = left.stream().filter(name -> name.endsWith(".rec")).toList();
    assertTrue(shards.size() <= FINISHED, "none after the other came: " + shards);

    Files.delete(Overtaken.lease(output));
    prepare("image-folder", input, uri, "--max-bad", "1");
    assertEquals(bytes(folder.resolve("whole")), bytes(output));
  }

  /** Lists the files, once the tasks that were at work when the job failed have removed theirs. */
  private static List<String> leftBy(Path output) throws InterruptedException {
    List<String> left = List.of(output.toFile().list());
    for (int i = 0; i < 100 && left.stream().anyMatch(name -> name.matches(TEMPORARY)); i++) {
      TimeUnit.MILLISECONDS.sleep(100);
      left = List.of(output.toFile().list());
    }
    return left;
  }
}
