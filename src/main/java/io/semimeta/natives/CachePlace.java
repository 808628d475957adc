package io.semimeta.natives;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A place where libraries may be unpacked.
 *
 * @param parent of the folder to use
 * @param made whether the parent is made where it is missing
 */
record CachePlace(Path parent, boolean made) {
  /** What names a place of the user's choice; JavaCPP's own property. */
  static final String CHOICE = "org.bytedeco.javacpp.cachedir";

  private static final int OTHERS_MAY_WRITE = 0022;

  /**
   * The places to try, in their order: the one that the user names, and no other; or a YARN
   * container's own folder, which goes with it; the user's cache; the temporary folder.
   */
  static List<CachePlace> candidates(Properties system, Map<String, String> environment) {
    String choice = system.getProperty(CHOICE);
    if (choice != null) {
      return List.of(new CachePlace(Path.of(choice).toAbsolutePath(), true));
    }
    List<CachePlace> places = new ArrayList<>();
    if (environment.containsKey("CONTAINER_ID")) { // YARN's
      places.add(new CachePlace(Path.of("").toAbsolutePath(), false));
    }
    // Java calls a home that it does not know "?".
    Path home = Path.of(system.getProperty("user.home"));
    if (home.isAbsolute() && Files.isDirectory(home)) {
      places.add(new CachePlace(home.resolve(".cache"), true));
    }
    places.add(new CachePlace(Path.of(system.getProperty("java.io.tmpdir")), false));
    return places;
  }

  /**
   * The folder there, this user's and nobody else's: libraries are programs.
   *
   * @throws IOException with the reason where it cannot be used
   */
  Path open() throws IOException {
    long user = user();
    if (Files.exists(parent) && !Files.isDirectory(parent)) {
      throw new FileSystemException(parent.toString(), null, "is no folder");
    }
    if (made && !Files.exists(parent)) {
      Files.createDirectories(parent);
    }
    String name = "semimeta-natives-" + user;
    // What this JVM was told once, JavaCPP's property says from then on.
    Path folder = parent.endsWith(name) ? parent : parent.resolve(name);
    if (folder.toString().contains(":")) {
      throw new FileSystemException(folder.toString(), null, "has a colon in its name");
    }
    try {
      Files.createDirectory(folder, permissions("rwx------"));
    } catch (FileAlreadyExistsException e) {
      // Made by an earlier run; or by somebody who guessed the name.
    }
    Map<String, Object> attributes =
        Files.readAttributes(folder, "unix:uid,mode,isDirectory", LinkOption.NOFOLLOW_LINKS);
    if (!Boolean.TRUE.equals(attributes.get("isDirectory"))) {
      throw new FileSystemException(folder.toString(), null, "is no folder");
    }
    if (((Number) attributes.get("uid")).longValue() != user) {
      throw new FileSystemException(folder.toString(), null, "belongs to another user");
    }
    if (((int) attributes.get("mode") & OTHERS_MAY_WRITE) != 0) {
      throw new FileSystemException(folder.toString(), null, "may be written by other users");
    }
    requireExecutable(folder);
    return folder;
  }

  /**
   * The effective user's number. JDK's own UnixSystem says 0 where the system has no name for it.
   */
  static long user() throws IOException {
    try (Stream<String> status = Files.lines(Path.of("/proc/self/status"), ISO_8859_1)) {
      String line = status.filter(each -> each.startsWith("Uid:")).findFirst().orElseThrow();
      return Long.parseLong(line.split("\\s+", -1)[2]);
    }
  }

  /** The kernel maps no library from a file system that is mounted noexec. */
  private static void requireExecutable(Path folder) throws IOException {
    Path probe = Files.createTempFile(folder, "probe", "", permissions("rwx------"));
    try {
      if (!Files.isExecutable(probe)) {
        throw new FileSystemException(folder.toString(), null, "may hold no programs (noexec)");
      }
    } finally {
      Files.delete(probe);
    }
  }

  private static FileAttribute<?> permissions(String permissions) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
  }
}
