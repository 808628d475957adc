package io.semimeta.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachePlaceTest {

  @TempDir Path folder;
  private final Properties system = new Properties();
  private long user;
  private String name;

  @BeforeEach
  void setFolders() throws IOException {
    user = CachePlace.user();
    name = "semimeta-natives-" + user;
    system.setProperty("user.home", folder.toString());
    system.setProperty("java.io.tmpdir", "/tmp");
  }

  private List<Path> places(Map<String, String> environment) {
    return CachePlace.candidates(system, environment).stream().map(CachePlace::parent).toList();
  }

  private String refusal(Path parent) {
    return assertThrows(FileSystemException.class, () -> new CachePlace(parent, false).open())
        .getReason();
  }

  @Test
  void theHomeComesBeforeTheTemporaryFolder() {
    assertEquals(List.of(folder.resolve(".cache"), Path.of("/tmp")), places(Map.of()));
    system.setProperty("user.home", "?");
    assertEquals(List.of(Path.of("/tmp")), places(Map.of()));
  }

  @Test
  void onYarnEachContainerHasItsOwn() {
    assertEquals(
        List.of(Path.of("").toAbsolutePath(), folder.resolve(".cache"), Path.of("/tmp")),
        places(Map.of("CONTAINER_ID", "container_1")));
  }

  @Test
  void theUsersChoiceStands() {
    system.setProperty("org.bytedeco.javacpp.cachedir", "/fast");
    assertEquals(List.of(Path.of("/fast")), places(Map.of("CONTAINER_ID", "container_1")));
  }

  @Test
  void theFolderIsOfOneUserAlone() throws IOException {
    Path made = new CachePlace(folder.resolve("a/b"), true).open();
    assertEquals(folder.resolve("a/b").resolve(name), made);
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(made)));
    assertEquals(made, new CachePlace(folder.resolve("a/b"), true).open(), "as it is now");
    assertEquals(made, new CachePlace(made, true).open(), "the folder itself named");
  }

  @Test
  void aFolderThatOthersMayWriteIsNotTrusted() throws IOException {
    Path found = Files.createDirectory(folder.resolve(name));
    Files.setPosixFilePermissions(found, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertEquals("may be written by other users", refusal(folder));
  }

  @Test
  void aLinkIsNotTrusted() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.createSymbolicLink(folder.resolve(name), elsewhere);
    assertEquals("is no folder", refusal(folder));
  }

  @Test
  void anotherUsersFolderIsNotTrusted() throws IOException {
    assumeTrue(user == 0, "only root can give a folder away");
    Files.setAttribute(Files.createDirectory(folder.resolve(name)), "unix:uid", 12345);
    assertEquals("belongs to another user", refusal(folder));
  }

  @Test
  void aFileInThePlaceOfAFolderIsNamed() throws IOException {
    assertEquals("is no folder", refusal(Files.createFile(folder.resolve("file"))));
  }

  @Test
  void aColonWouldEndThePath() throws IOException {
    assertEquals("has a colon in its name", refusal(Files.createDirectory(folder.resolve("a:b"))));
  }
}
