package io.semimeta.natives;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Finds the libraries that the class path's jars bring for this machine, in our own jar or in
 * bytedeco's single ones.
 *
 * @param files libraries, sorted by name
 */
record BundledLibraries(List<Library> files) {
  private static final int KEY_LENGTH = 16;

  /** Names what is unpacked here; CUDA's, in a build for GPUs, are bindings without CUDA itself. */
  private static final String PACKAGES = "(?:cuda|javacpp|openblas|opencv|pytorch)";

  /**
   * Describes a library as its jar's directory lists it.
   *
   * @param name name of the file
   * @param variant variant of the platform, such as {@code -gpu}, or empty
   * @param size size in bytes, unpacked
   * @param crc CRC-32 of the contents
   */
  record Library(String name, String variant, long size, long crc, URL url) {}

  /**
   * Looks for the libraries. If two have one name, that for GPUs counts, or else the first on the
   * class path, as with JavaCPP.
   *
   * @param platform platform as JavaCPP names it: {@code linux-x86_64}
   */
  static BundledLibraries on(ClassLoader loader, String platform) throws IOException {
    Pattern pattern =
        Pattern.compile(
            "org/bytedeco/%s/%s(-[^/]+)?/(lib[^/]+)".formatted(PACKAGES, Pattern.quote(platform)));
    List<Library> found = new ArrayList<>();
    for (URL folder : Collections.list(loader.getResources("org/bytedeco/"))) {
      URLConnection connection = folder.openConnection();
      if (connection instanceof JarURLConnection inJar) {
        addAll(inJar, pattern, found);
      }
    }
    found.sort(Comparator.comparing(library -> library.variant().isEmpty()));
    Map<String, Library> byName = new TreeMap<>();
    found.forEach(library -> byName.putIfAbsent(library.name(), library));
    return new BundledLibraries(List.copyOf(byName.values()));
  }

  private static void addAll(JarURLConnection connection, Pattern pattern, List<Library> found)
      throws IOException {
    connection.setUseCaches(false); // a cached one is shared and must not be closed
    String root = "jar:" + connection.getJarFileURL() + "!/";
    try (JarFile jar = connection.getJarFile()) {
      jar.stream().forEach(entry -> add(entry, root, pattern, found));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void add(ZipEntry entry, String root, Pattern pattern, List<Library> found) {
    Matcher matcher = pattern.matcher(entry.getName());
    if (matcher.matches()) {
      String variant = matcher.group(1) == null ? "" : matcher.group(1);
      try {
        URL url = new URL(root + entry.getName());
        found.add(new Library(matcher.group(2), variant, entry.getSize(), entry.getCrc(), url));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Returns a key of the contents: other libraries have another key. */
  String key() {
    StringBuilder lines = new StringBuilder();
    for (Library file : files) {
      lines.append(file.name()).append(' ').append(file.size()).append(' ').append(file.crc());
      lines.append('\n');
    }
    return DigestUtils.sha256Hex(lines.toString()).substring(0, KEY_LENGTH);
  }

  /** Returns the size of all libraries in bytes, unpacked. */
  long size() {
    return files.stream().mapToLong(Library::size).sum();
  }
}
