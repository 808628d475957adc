package io.semimeta.natives;

import io.semimeta.natives.BundledLibraries.Library;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLConnection;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.apache.commons.io.file.PathUtils;

/**
 * Represents a folder that holds libraries and is named by their contents. It appears whole, by one
 * rename, and is never written again, so that no process maps what another one is writing.
 */
final class ContentFolder {
  /** Lists other names that JavaCPP wants a library under, for bindings that we do not use. */
  private static final Map<String, String> SECOND_NAMES =
      Map.of("libopenblas.so.0", "libopenblas_nolapack.so.0");

  private static final Pattern VERSIONED = Pattern.compile("(.+\\.so)\\.[\\d.]+");

  private final Path path;
  private final BundledLibraries libraries;

  ContentFolder(Path place, BundledLibraries libraries) {
    this.path = place.resolve(libraries.key());
    this.libraries = libraries;
  }

  Path path() {
    return path;
  }

  /** Tells, by sizes alone, whether all is there: reading 450 MB at each start is too slow. */
  boolean isWhole() {
    try {
      for (Library library : libraries.files()) {
        if (Files.size(path.resolve(library.name())) != library.size()) {
          return false;
        }
      }
      for (String link : links().keySet()) {
        if (!Files.exists(path.resolve(link))) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Unpacks the libraries into a temporary folder and moves it into place; where another process
   * was faster, its folder stays.
   *
   * @param aside prefix of the temporary folder's name
   */
  void unpack(String aside) throws IOException {
    long free = Files.getFileStore(path.getParent()).getUsableSpace();
    if (free < libraries.size()) {
      throw new FileSystemException(
          path.getParent().toString(),
          null,
          "has %s MiB free, %s are needed".formatted(free >> 20, libraries.size() >> 20));
    }
    Path own = Files.createTempDirectory(path.getParent(), aside);
    try {
      for (Library library : libraries.files()) {
        unpack(library, own.resolve(library.name()));
      }
      for (Map.Entry<String, String> link : links().entrySet()) {
        Files.createSymbolicLink(own.resolve(link.getKey()), Path.of(link.getValue()));
      }
      moveIntoPlace(own);
    } finally {
      delete(own);
    }
  }

  private void moveIntoPlace(Path own) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !isWhole()) {
      // Somebody took files out of it. Processes that use it keep what they have mapped.
      Path damaged = own.resolveSibling(own.getFileName() + "-damaged");
      Files.move(path, damaged, StandardCopyOption.ATOMIC_MOVE);
      delete(damaged);
    }
    try {
      Files.move(own, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!isWhole()) {
        throw e;
      }
    }
  }

  /**
   * Returns the links that JavaCPP would otherwise make, in a race: the names without version, and
   * the second names.
   *
   * @return name of the file, by the link's name
   */
  private Map<String, String> links() {
    Map<String, String> links = new TreeMap<>();
    for (Library library : libraries.files()) {
      String second = SECOND_NAMES.get(library.name());
      if (second != null) {
        links.put(second, library.name());
        link(second, links);
      }
      link(library.name(), links);
    }
    libraries.files().forEach(library -> links.remove(library.name()));
    return links;
  }

  private static void link(String name, Map<String, String> links) {
    Matcher versioned = VERSIONED.matcher(name);
    if (versioned.matches()) {
      links.put(versioned.group(1), name);
    }
  }

  private static void unpack(Library library, Path file) throws IOException {
    URLConnection connection = library.url().openConnection();
    connection.setUseCaches(false);
    CRC32 crc = new CRC32();
    long written;
    try (InputStream in = new CheckedInputStream(connection.getInputStream(), crc);
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        OutputStream out = Channels.newOutputStream(channel)) {
      written = in.transferTo(out);
      // Without this the folder may be there after a power cut, and its files empty.
      channel.force(true);
    }
    if (written != library.size() || crc.getValue() != library.crc()) {
      throw new IOException("%s is damaged".formatted(library.url()));
    }
  }

  /** Deletes a folder if it exists. */
  static void delete(Path folder) throws IOException {
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      PathUtils.deleteDirectory(folder);
    }
  }
}
