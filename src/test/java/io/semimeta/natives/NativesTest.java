package io.semimeta.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first start of JVMs on a machine that has never run the program. */
class NativesTest {
  @TempDir Path folder;
  private String name;
  private Path home;
  private Path temporary;
  private Path place;
  private int started;

  @BeforeEach
  void makeFolders() throws IOException {
    name = "semimeta-natives-" + CachePlace.user();
    Path real = folder.toRealPath();
    home = Files.createDirectory(real.resolve("home"));
    temporary = Files.createDirectory(real.resolve("tmp"));
    place = home.resolve(".cache").resolve(name);
  }

  private NativesJvm start(List<String> command) throws IOException {
    return NativesJvm.start(command, folder.resolve("out-" + started++));
  }

  private NativesJvm start(String mode, String... options) throws IOException {
    return start(NativesJvm.command(home, temporary, List.of(options), mode));
  }

  /** With nothing of unfinished work. */
  private static void assertOneContent(Path place) throws IOException {
    try (Stream<Path> files = Files.list(place)) {
      List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
      assertEquals(2, names.size(), names + "");
      assertEquals(names.get(0) + ".lock", names.get(1), names + "");
    }
  }

  @Test
  void aStoppedProcessHoldsNobodyUp() throws Exception {
    NativesJvm stopped = start("load");
    stopped.awaitHalf(place);
    stopped.signal("-STOP");
    try {
      String said = start("load").loaded(place);
      assertTrue(said.contains("waiting for process " + stopped.pid()), said);
      assertTrue(said.contains("process " + stopped.pid() + " hangs"), said);
    } finally {
      stopped.signal("-CONT");
    }
    stopped.loaded(place);
    assertOneContent(place);
  }

  @Test
  void whatAKilledProcessLeftIsNotTaken() throws Exception {
    NativesJvm killed = start("load");
    killed.awaitHalf(place);
    killed.signal("-KILL");
    killed.end(128 + 9);
    start("both").loaded(place);
    assertOneContent(place);
  }

  @Test
  void anInterruptSpoilsNothing() throws Exception {
    String said = start("interrupted").loaded(place);
    assertTrue(said.contains("interrupted still: true"), said);
  }

  @Test
  void withoutAHomeTheTemporaryFolderDoes() throws Exception {
    home = Path.of("/nonexistent");
    start("load").loaded(temporary.resolve(name));
    home = Path.of("?"); // where the system does not know the user
    start("load").loaded(temporary.resolve(name));
    assertOneContent(temporary.resolve(name));
  }

  /** A limit on the size of files stops the writing as a full disk does, for anybody. */
  @Test
  void aDiskThatTakesNoMoreIsToldInOneLineEachTime() throws Exception {
    List<String> command =
        new ArrayList<>(List.of("bash", "-c", "ulimit -f 100000; exec \"$@\"", "-"));
    command.addAll(NativesJvm.command(home, temporary, List.of(), "twice"));
    String said = start(command).end(0);
    List<String> refused = said.lines().filter(line -> line.startsWith("refused: ")).toList();
    assertEquals(2, refused.size(), said);
    assertEquals(refused.get(0), refused.get(1));
    assertTrue(refused.get(0).contains(temporary + ": File too large"), said);
    assertTrue(refused.get(0).contains("-Dorg.bytedeco.javacpp.cachedir=FOLDER"), said);
    try (Stream<Path> files = Files.walk(folder)) {
      assertEquals(List.of(), files.filter(file -> file.toString().contains(".so")).toList());
    }
  }

  @Test
  void theUsersChoiceIsTakenOrRefused() throws Exception {
    Path choice = folder.toRealPath().resolve("a/choice");
    start("load", "-D" + CachePlace.CHOICE + "=" + choice).loaded(choice.resolve(name));
    assertFalse(Files.exists(place));
    Path file = Files.createFile(folder.toRealPath().resolve("file"));
    String said = start("load", "-D" + CachePlace.CHOICE + "=" + file).end(2);
    assertTrue(said.contains("refused: the libraries of libtorch"), said);
    assertTrue(said.contains("(" + file + ": is no folder)"), said);
  }

  /** Mounts are this child's alone. */
  private List<String> mounted(String mounts, String mode) {
    List<String> command = new ArrayList<>(List.of("unshare", "-rm", "bash", "-c"));
    command.add("set -e; %s; exec \"$@\"".formatted(mounts));
    command.add("-");
    command.addAll(NativesJvm.command(home, temporary, List.of(), mode));
    return command;
  }

  private String tmpfs(Path at, String options) {
    return "mount -t tmpfs -o %s none '%s'".formatted(options, at);
  }

  private static void assumeMounts() throws IOException, InterruptedException {
    boolean possible;
    try {
      String probe = "mount -t tmpfs none /tmp";
      possible = new ProcessBuilder("unshare", "-rm", "bash", "-c", probe).start().waitFor() == 0;
    } catch (IOException e) {
      possible = false;
    }
    assumeTrue(possible, "no mount namespaces here");
  }

  @Test
  void readOnlyAndNoexecAreToldInOneLine() throws Exception {
    assumeMounts();
    String mounts = tmpfs(home, "ro") + "; " + tmpfs(temporary, "noexec");
    String said = start(mounted(mounts, "load")).end(2);
    String refused = said.lines().filter(line -> line.startsWith("refused: ")).findFirst().get();
    assertTrue(refused.contains(home + "/.cache: Read-only file system"), refused);
    assertTrue(refused.contains(temporary + ": may hold no programs (noexec)"), refused);
    assertTrue(refused.contains("-Dorg.bytedeco.javacpp.cachedir=FOLDER"), refused);
  }

  @Test
  void wherePlacesAreFullOrNoexecTheNextIsTaken() throws Exception {
    assumeMounts();
    start(mounted(tmpfs(home, "noexec"), "load")).loaded(temporary.resolve(name));
    String full = start(mounted(tmpfs(home, "size=64m"), "load")).loaded(temporary.resolve(name));
    assertTrue(full.contains(" MiB free, "), full);
  }

  /** What the class path names, where anybody may read it. */
  private String readableByAll() throws IOException {
    Path copies = Files.createDirectory(folder.resolve("class-path"));
    List<String> entries = new ArrayList<>();
    for (String entry : NativesJvm.classPath()) {
      Path copy = copies.resolve(entries.size() + (entry.endsWith(".jar") ? ".jar" : ""));
      if (Files.isDirectory(Path.of(entry))) {
        PathUtils.copyDirectory(Path.of(entry), copy);
      } else {
        Files.copy(Path.of(entry), copy);
      }
      entries.add(copy.toString());
    }
    return String.join(File.pathSeparator, entries);
  }

  /** Runs {@code mode} as a user who has no home. */
  private NativesJvm startAs(int user, String classPath, String mode) throws IOException {
    List<String> command = new ArrayList<>(List.of("setpriv", "--clear-groups"));
    command.addAll(List.of("--reuid", "" + user, "--regid", "" + user));
    Path none = Path.of("/nonexistent");
    command.addAll(NativesJvm.command(none, temporary, List.of(), classPath, mode));
    return start(command);
  }

  @Test
  void twoUsersShareATemporaryFolder() throws Exception {
    assumeTrue(CachePlace.user() == 0, "only root can be two users");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setAttribute(temporary, "unix:mode", 01777);
    String classPath = readableByAll();
    startAs(12345, classPath, "load").loaded(temporary.resolve("semimeta-natives-12345"));
    startAs(12346, classPath, "load").loaded(temporary.resolve("semimeta-natives-12346"));
    Path taken = Files.createDirectory(temporary.resolve("semimeta-natives-12347"));
    String said = startAs(12347, classPath, "load").end(2);
    assertTrue(said.contains("(" + temporary + ": belongs to another user)"), said);
    assertEquals(0, PathUtils.countDirectory(taken).getFileCounter().get());
  }

  @Test
  @Tag("long")
  void sixAtOnceFromAnEmptyFolder() throws Exception {
    for (int round = 0; round < 20; round++) {
      home = Files.createDirectory(folder.toRealPath().resolve("home" + round));
      place = home.resolve(".cache").resolve(name);
      List<NativesJvm> all = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        all.add(start("both"));
      }
      for (NativesJvm jvm : all) {
        jvm.loaded(place);
      }
      assertOneContent(place);
      ContentFolder.delete(home);
    }
  }
}
