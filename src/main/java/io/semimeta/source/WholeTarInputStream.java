package io.semimeta.source;

import io.semimeta.UserError;
import io.semimeta.files.FileReading;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * Reads a tar archive and refuses one from which something is missing: every header must have its
 * checksum, and the archive its end, so that an archive that was cut between two files, or has a
 * hole, does not pass for a shorter one. It also refuses what Spark's commons-compress does not
 * bound: nested headers, headers of any length and times of any size (ADR 30).
 */
final class WholeTarInputStream extends TarArchiveInputStream {
  private static final int MAX_HEADER_BYTES = 1 << 20;
  private static final int MAX_NESTED = 16;
  private static final long MAX_MEMBER_BYTES = 1L << 32;

  /** Matches a time that commons-compress 1.23 parses almost forever (CVE-2023-42503). */
  private static final Pattern BAD_TIME =
      Pattern.compile(
          "^\\d+ (?:[acm]time|LIBARCHIVE\\.creationtime)=(?!-?\\d{1,19}(?:\\.\\d{0,19})?\n)",
          Pattern.MULTILINE);

  private static final Pattern SPARSE = Pattern.compile("^\\d+ GNU\\.sparse\\.", Pattern.MULTILINE);

  private final InputStream archive;
  private int nested;
  private boolean zeros;
  private TarArchiveEntry extension;
  private InputStream extensionContent;
  private String last;

  WholeTarInputStream(InputStream in) {
    this(in, null);
  }

  /**
   * Reads the rest of an archive.
   *
   * @param last name of the file before the rest, for messages, or null
   */
  WholeTarInputStream(InputStream in, String last) {
    super(in, TarConstants.DEFAULT_RCDSIZE, TarConstants.DEFAULT_RCDSIZE);
    this.archive = in;
    this.last = last;
  }

  /**
   * Goes to the next regular file. It returns null after the last one, after reading the archive to
   * its very end.
   *
   * @param archive name of the archive, for people
   * @throws UserError where the archive holds what could lead out of it
   * @throws IOException that says where the archive is broken
   */
  TarArchiveEntry nextFile(Object archive) throws IOException {
    TarArchiveEntry entry;
    try {
      do {
        getNextEntry();
        entry = getCurrentEntry();
      } while (entry != null && entry.isDirectory());
      if (entry == null) {
        readToEnd();
        return null;
      }
    } catch (IOException | RuntimeException e) { // broken headers cause all kinds
      throw new IOException(FileReading.reason(e) + (last == null ? "" : ", after " + last), e);
    }
    if (entry.isSparse()) {
      throw sparse();
    }
    String name = entry.getName();
    boolean leaves = name.startsWith("/") || List.of(name.split("/", -1)).contains("..");
    if (leaves || !entry.isFile() || entry.isLink() || entry.isSymbolicLink()) {
      throw new UserError(archive + " holds a link or a path that leaves it: " + name);
    }
    if (entry.getSize() > MAX_MEMBER_BYTES) {
      throw new UserError(archive + ": " + name + " has " + entry.getSize() + " bytes");
    }
    last = name;
    return entry;
  }

  /** Reads to the end, so that a checksum at the end of a compressed archive is compared. */
  private void readToEnd() throws IOException {
    byte[] block = archive.readNBytes(TarConstants.DEFAULT_RCDSIZE);
    while (block.length > 0) {
      if (isHeader(block)) {
        throw new IOException(
            "another archive follows the end; unpack both, and give the folder or make one"
                + " archive");
      }
      if (!isEOFRecord(block)) {
        archive.transferTo(OutputStream.nullOutputStream());
      }
      block = archive.readNBytes(TarConstants.DEFAULT_RCDSIZE);
    }
  }

  private boolean isHeader(byte[] block) {
    try {
      return block.length == TarConstants.DEFAULT_RCDSIZE
          && !isEOFRecord(block)
          && TarUtils.verifyCheckSum(block);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  protected byte[] readRecord() throws IOException {
    byte[] record = super.readRecord();
    if (record == null) {
      throw new EOFException("truncated archive: it has no end");
    }
    if (isEOFRecord(record)) {
      zeros = true;
    } else if (zeros) {
      throw new IOException("damaged archive: zeros where a header should be");
    } else if (!isHeader(record)) {
      throw new IOException("no tar archive, or a damaged one: a header's checksum is wrong");
    }
    return record;
  }

  /** Bounds the number of headers about one file: the superclass reads them by recursion. */
  @Override
  public TarArchiveEntry getNextEntry() throws IOException {
    if (++nested > MAX_NESTED) {
      throw new IOException("more than " + MAX_NESTED + " headers for one file");
    }
    try {
      super.getNextEntry();
      return getCurrentEntry();
    } finally {
      nested--;
    }
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // equal headers may be different ones
  public int read(byte[] buffer, int offset, int length) throws IOException {
    TarArchiveEntry entry = getCurrentEntry();
    if (entry == null || !isExtension(entry)) {
      return super.read(buffer, offset, length);
    }
    if (entry != extension) {
      extensionContent = new ByteArrayInputStream(checked(entry));
      extension = entry;
    }
    return extensionContent.read(buffer, offset, length);
  }

  private static boolean isExtension(TarArchiveEntry entry) {
    return entry.isPaxHeader()
        || entry.isGlobalPaxHeader()
        || entry.isGNULongNameEntry()
        || entry.isGNULongLinkEntry();
  }

  private byte[] checked(TarArchiveEntry entry) throws IOException {
    if (entry.getSize() > MAX_HEADER_BYTES) {
      throw new IOException("a header of " + entry.getSize() + " bytes");
    }
    byte[] content = new byte[(int) entry.getSize()];
    for (int read = 0; read < content.length; ) {
      int more = super.read(content, read, content.length - read);
      if (more < 0) {
        throw new EOFException("truncated archive");
      }
      read += more;
    }
    if (entry.isPaxHeader() || entry.isGlobalPaxHeader()) {
      String text = new String(content, StandardCharsets.ISO_8859_1);
      if (BAD_TIME.matcher(text).find()) {
        throw new IOException("a header with a time that is none");
      }
      if (SPARSE.matcher(text).find()) {
        throw sparse();
      }
    }
    return content;
  }

  private static IOException sparse() {
    return new IOException("a file with holes; make the archive without --sparse");
  }
}
