package io.semimeta.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.source.ImageSource;
import io.semimeta.source.InputFiles;
import io.semimeta.source.TestSources;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What people have in their folders. */
class ImageFolderSourceTest extends FolderOfImages {
  @Test
  void whatIsNoImageIsCountedByKind() throws IOException {
    files("train/a/1.png", "train/b/1.JFIF", "train/b/2.webp", "train/b/3.heic", "train/b/4.tiff");
    files(
        "train/a/x.txt", "train/b/Y.TXT", "train/a/z", "train/a/Thumbs.db", "train/.hidden/1.png");
    files("train/a/._1.png", "train/a/@eaDir/1.png/SYNO_THUMB_M.png", "__MACOSX/a/1.png");
    files(
        "docs/more/about.pdf", "train/a/why.so long", ".thumbnails/1.png", "train/#recycle/1.png");
    ImageSource source = open();
    assertEquals(
        List.of("1.png=0", "1.JFIF=1", "2.webp=1", "3.heic=1", "4.tiff=1"),
        read(source, "train").stream().map(path -> path.substring(8)).toList());
    assertEquals(
        Map.of(
            ".txt",
            2L,
            "no extension",
            1L,
            ".db",
            1L,
            "hidden",
            3L,
            "thumbnail folders",
            1L,
            "system folders",
            2L,
            ".pdf",
            1L,
            "other",
            1L),
        source.passedOver());
  }

  @Test
  void everyFolderIsReadOnce() throws IOException {
    files("train/cat/1.png", "train/dog/1.png", "train/dog/deep/2.png", "elsewhere.txt");
    TestSources.file(base.resolve("more/3.png"), "more".getBytes(StandardCharsets.UTF_8));
    link("train/cat/up", "..");
    link("train/cat/other", "../dog");
    link("train/dog/self", ".");
    link("train/dog/deep/top", "../../..");
    link("train/again", ".");
    link("here", ".");
    link("train/cat/outside", base.resolve("more").toString());
    link("train/cat/file.png", "1.png");
    ImageSource source = open();
    assertEquals(List.of("cat", "dog"), source.classes());
    assertEquals(
        List.of(
            "train/cat/1.png=0",
            "train/cat/1.png=0",
            "more=0",
            "train/dog/1.png=1",
            "train/dog/deep/2.png=1"),
        read(source, "train"));
    assertEquals(Map.of("repeated folders", 6L, ".txt", 1L), source.passedOver());
  }

  @Test
  void linksToNothingAreToldApart() throws IOException {
    files("train/a/1.png", "train/b/1.png");
    link("train/a/gone.png", "/nowhere/gone.png");
    link("train/a/self.png", "self.png");
    link("train/a/old", "/nowhere");
    ImageSource source = open();
    assertEquals(
        List.of(
            "train/a/1.png=0",
            "a link that leads nowhere=0",
            "a link that leads nowhere=0",
            "train/b/1.png=1"),
        read(source, "train"));
    assertEquals(Map.of("broken links", 1L), source.passedOver());
    link("train/c", "/not/mounted"); // a class that would be lost without a word
    assertTrue(refusal().getMessage().contains("/train/c is a link that leads nowhere"));
  }

  /** Whoever opens a pipe waits for its other end. */
  @Test
  void pipesAreNotOpened() throws IOException, InterruptedException {
    files("train/a/1.png", "train/b/1.png");
    for (String name : List.of("pipe.png", "pipe")) {
      String pipe = folder.resolve("train/a/" + name).toString();
      assertEquals(0, new ProcessBuilder("mkfifo", pipe).start().waitFor());
    }
    ImageSource source = open();
    assertEquals(
        List.of(
            "train/a/1.png=0",
            "no regular file, but a pipe, a socket or a device=0",
            "train/b/1.png=1"),
        read(source, "train"));
    assertEquals(Map.of("special files", 1L), source.passedOver());
  }

  @Test
  void anyNameIsRead() throws IOException {
    List<String> names =
        List.of(
            "with space",
            "per%20cent",
            "hash#tag",
            "question?mark",
            "star*",
            "brack[et]",
            "a{b,c}",
            "co:lon",
            "back\\slash",
            "new\nline",
            "tab\t",
            "quote'\"",
            "~tilde",
            "-dash",
            "do..ts",
            " lead",
            "dollar$x",
            "semi;",
            "file:x",
            "C:");
    for (String name : names) {
      files(name + "/" + name + ".png");
    }
    ImageSource source = open();
    assertEquals(names.stream().sorted().toList(), source.classes());
    assertEquals(
        names.stream().sorted().map(name -> name + "/" + name + ".png").toList(),
        read(source, "train").stream().map(image -> image.replaceFirst("=\\d+$", "")).toList());
  }

  /** A file by the bytes of its name, whatever the locale is. */
  private static void file(Path folder, String escaped) throws IOException {
    Files.createDirectories(folder);
    Files.write(Path.of(URI.create(folder.toUri() + escaped)), new byte[] {1});
  }

  @Test
  void namesThatAreNoTextAreNotDropped() throws Exception {
    files("a/1.png", "b/1.png");
    file(folder.resolve("a"), "caf%E9.png");
    file(folder.resolve("a"), "caf%C3%A9.png");
    Lister posix = Lister.run(folder, "POSIX");
    assertEquals(1, posix.lines().size(), posix.toString());
    assertTrue(posix.lines().get(0).contains("its name is not valid US-ASCII text; set LC_ALL="));
    Lister utf8 = Lister.run(folder, "C.UTF-8");
    assertEquals(List.of("null", "its name is not valid UTF-8 text", "null", "null"), utf8.lines());
    Files.createDirectories(Path.of(URI.create(folder.toUri() + "m%FCnchen")));
    assertTrue(
        Lister.run(folder, "C.UTF-8")
            .lines()
            .get(0)
            .endsWith("/m%FCnchen: its name is not valid UTF-8 text; rename it"));
  }

  /** Lists in a JVM of its own, as it is the JVM's start that decides how it reads names. */
  record Lister(List<String> lines) {
    static Lister run(Path folder, String locale) throws IOException, InterruptedException {
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-cp",
              System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
              Lister.class.getName(),
              folder.toString());
      builder.environment().put("LC_ALL", locale);
      Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor(), said);
      return new Lister(said.lines().toList());
    }

    public static void main(String[] args) throws IOException {
      try {
        ImageSource source =
            ImageFolderSource.open(hadoop(Path.of(args[0])), null, new InputFiles(CONF));
        for (ImageSource.Image image : TestSources.read(source, "train", CONF)) {
          System.out.println(image.problem());
        }
      } catch (UserError e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void theOutputInTheInputIsNoClass() throws IOException {
    files("a/1.png", "b/1.png", "earlier/manifest.json", "earlier/train-00000-of-00001.rec");
    files("output/_unfinished-0123/survey.jsonl.gz", "output/train-00000-of-00001.rec");
    Files.createDirectories(folder.resolve("a/empty"));
    for (String name : List.of("output", "a/empty", "new")) {
      ImageSource source = openFor(name);
      assertEquals(List.of("a", "b"), source.classes(), name);
      assertEquals(List.of("a/1.png=0", "b/1.png=1"), read(source, "train"), name);
    }
    assertEquals(Map.of(".json", 1L, ".rec", 1L), openFor("output").passedOver());
    UserError own = assertThrows(UserError.class, () -> openFor("b"));
    assertTrue(own.getMessage().contains("/b holds images; give it a folder of its own"));
    UserError same = assertThrows(UserError.class, () -> openFor(""));
    assertTrue(same.getMessage().contains("is where the images are; give it a folder of its own"));
  }

  private ImageSource openFor(String output) {
    org.apache.hadoop.fs.Path path = hadoop(folder.resolve(output));
    return ImageFolderSource.open(hadoop(folder), null, new InputFiles(CONF, path, files -> {}));
  }

  @Test
  void theListingShowsHowFarItIs() throws IOException {
    files("a/1.png", "a/2.png", "b/1.png");
    List<Long> heard = new ArrayList<>();
    ImageFolderSource.open(hadoop(folder), null, new InputFiles(CONF, null, heard::add));
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L), heard);
  }
}
