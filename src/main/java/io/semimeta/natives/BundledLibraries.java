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
 * The libraries that the class path's jars bring for this machine: those of our own jar, or of
 * bytedeco's one by one.
 *
 * @param files by name, in its order
 */
record BundledLibraries(List<Library> files) {
  private static final int KEY_LENGTH = 16;

  /** Other packages of bytedeco's, as a CUDA that comes in jars, are JavaCPP's to unpack. */
  private static final String PACKAGES = "(?:javacpp|openblas|opencv|pytorch)";

  /**
   * A library as its jar's directory lists it.
   *
   * @param name of the file
   * @param variant of the platform, such as {@code -gpu}, or empty
   * @param crc of the contents
   */
  record Library(String name, String variant, long size, long crc, URL url) {}

  /**
   * Looks for them. Of two with one name the first on the class path counts, and one for GPUs
   * before any other, as with JavaCPP.
   *
   * @param platform as JavaCPP names it: {@code linux-x86_64}
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
    connection.setUseCaches(false); // whoever has it from the cache may not close it
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

  /** Names the contents: of other libraries the key is another. */
  String key() {
    StringBuilder lines = new StringBuilder();
    for (Library file : files) {
      lines.append(file.name()).append(' ').append(file.size()).append(' ').append(file.crc());
      lines.append('\n');
    }
    return DigestUtils.sha256Hex(lines.toString()).substring(0, KEY_LENGTH);
  }

  /** Bytes, unpacked. */
  long size() {
    return files.stream().mapToLong(Library::size).sum();
  }
}
