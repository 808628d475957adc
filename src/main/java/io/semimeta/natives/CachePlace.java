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
 * Describes a place where libraries may be unpacked.
 *
 * @param parent parent of the folder to use
 * @param made whether the parent is made where it is missing
 */
record CachePlace(Path parent, boolean made) {
  /** Names a place of the user's choice; it is JavaCPP's own property. */
  static final String CHOICE = "org.bytedeco.javacpp.cachedir";

  private static final int OTHERS_MAY_WRITE = 0022;

  /**
   * Returns the places to try, in order. Where the user names one, it is the only one; otherwise
   * they are a YARN container's own folder, which is removed with it, the user's cache and the
   * temporary folder.
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
   * Opens the folder there, which must be this user's and nobody else's, as libraries are programs.
   *
   * @throws IOException that gives the reason, where the folder cannot be used
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
    // Once this JVM has unpacked, JavaCPP's property names the folder itself.
    Path folder = parent.endsWith(name) ? parent : parent.resolve(name);
    if (folder.toString().contains(":")) {
      throw new FileSystemException(folder.toString(), null, "has a colon in its name");
    }
    try {
      Files.createDirectory(folder, permissions("rwx------"));
    } catch (FileAlreadyExistsException e) {
      // An earlier run made it, or somebody who guessed the name.
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

  /** Returns the effective user's id. The JDK's UnixSystem says 0 where the id has no name. */
  static long user() throws IOException {
    try (Stream<String> status = Files.lines(Path.of("/proc/self/status"), ISO_8859_1)) {
      String line = status.filter(each -> each.startsWith("Uid:")).findFirst().orElseThrow();
      return Long.parseLong(line.split("\\s+", -1)[2]);
    }
  }

  /** Refuses a file system that is mounted noexec, from which the kernel maps no library. */
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
