package io.semimeta.source;

import io.semimeta.UserError;
import io.semimeta.files.FileReading;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * Lists local folders by means of the JDK. Hadoop's listing leaves out, without a word, files whose
 * names are not valid text and links to nothing, and does not tell a pipe, which blocks its reader,
 * from a file.
 */
final class LocalListing {
  static final String BROKEN_LINK = "a link that leads nowhere";

  private static final char UNDECODABLE = '\uFFFD';

  private LocalListing() {}

  /** Returns a key that tells folders apart, whatever links lead to them. */
  static Object key(RawLocalFileSystem fileSystem, Path folder) throws IOException {
    try {
      return attributes(local(fileSystem, folder)).fileKey();
    } catch (FileSystemException e) {
      throw explained(e);
    }
  }

  static List<InputEntry> of(RawLocalFileSystem fileSystem, Path folder) throws IOException {
    List<InputEntry> entries = new ArrayList<>();
    try (DirectoryStream<java.nio.file.Path> children =
        Files.newDirectoryStream(local(fileSystem, folder))) {
      for (java.nio.file.Path child : children) {
        InputEntry entry = entry(folder, child);
        if (entry != null) {
          entries.add(entry);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw explained(e.getCause());
    } catch (FileSystemException e) {
      throw explained(e);
    }
    return entries;
  }

  private static java.nio.file.Path local(RawLocalFileSystem fileSystem, Path path)
      throws IOException {
    try {
      return fileSystem.pathToFile(path).toPath();
    } catch (InvalidPathException e) {
      throw new IOException("its name cannot be written in the locale's encoding" + remedy(), e);
    }
  }

  /** Describes a file or folder; returns null where it is gone in the meantime. */
  private static InputEntry entry(Path folder, java.nio.file.Path child) throws IOException {
    BasicFileAttributes attributes = null;
    String problem = null;
    try {
      attributes = attributes(child);
      if (attributes.isOther()) {
        problem = FileReading.SPECIAL;
      }
    } catch (AccessDeniedException e) {
      throw explained(e);
    } catch (FileSystemException e) {
      boolean link = Files.isSymbolicLink(child);
      if (!link && e instanceof NoSuchFileException) {
        return null;
      }
      if (!link) {
        throw e;
      }
      problem = BROKEN_LINK;
    }
    boolean isFolder = attributes != null && attributes.isDirectory();
    String name = child.getFileName().toString();
    if (!isValid(child.getFileName())) {
      String uri = child.toUri().getRawPath().replaceFirst("/$", "");
      name = uri.substring(uri.lastIndexOf('/') + 1);
      problem = "its name is not valid " + Charset.forName(encoding()) + " text";
      if (isFolder || !isUnicode()) {
        throw new UserError(folder + "/" + name + ": " + problem + remedy());
      }
    }
    return new InputEntry(
        new Path(folder, new Path(null, null, name)), // this constructor allows a colon in the name
        isFolder,
        attributes == null ? 0 : attributes.size(),
        attributes == null ? 0 : attributes.lastModifiedTime().toMillis(),
        attributes == null ? null : attributes.fileKey(),
        problem);
  }

  private static BasicFileAttributes attributes(java.nio.file.Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class);
  }

  /** Tells whether a name's bytes are those of its text. */
  private static boolean isValid(java.nio.file.Path name) {
    String text = name.toString();
    if (text.indexOf(UNDECODABLE) < 0) {
      return true;
    }
    try {
      return name.getFileSystem().getPath(text).equals(name);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static String encoding() {
    return System.getProperty("sun.jnu.encoding", "UTF-8");
  }

  private static boolean isUnicode() {
    return Charset.forName(encoding()).equals(StandardCharsets.UTF_8);
  }

  private static String remedy() {
    return isUnicode() ? "; rename it" : "; set LC_ALL=C.UTF-8, on all machines, or rename it";
  }

  private static IOException explained(IOException e) {
    if (e instanceof NoSuchFileException) {
      return (IOException) new FileNotFoundException(e.getMessage()).initCause(e);
    }
    if (e instanceof AccessDeniedException) {
      return new IOException("permission denied for " + e.getMessage(), e);
    }
    if (e instanceof NotDirectoryException) {
      return new IOException("not a folder", e);
    }
    return e;
  }
}
