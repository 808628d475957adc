package io.semimeta.source;

import io.semimeta.UserError;
import io.semimeta.files.DataFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.IOUtils;

/**
 * Finds files of known names, in a folder or, recursively, in its folders, or in a {@code .tar},
 * {@code .tar.gz} or {@code .tgz} archive, which is read as a stream and never unpacked.
 *
 * @param location URI of the folder or archive
 * @param archive whether it is an archive
 * @param members files that are there, by name
 */
public record MemberFiles(URI location, boolean archive, Map<String, Member> members)
    implements Serializable {
  private static final int MAX_MEMBERS = 1_000;

  /**
   * Describes one of the files.
   *
   * @param path path within the archive, or the file's URI
   * @param size size in bytes, as stored
   */
  public record Member(String path, long size) implements Serializable {}

  /** Looks for the wanted names; an archive is read once for that. */
  public static MemberFiles find(Path location, Set<String> wanted, Configuration conf) {
    FileSystem fileSystem = DataFiles.fileSystem(location, conf);
    Map<String, Member> members = new TreeMap<>();
    int seen = 0;
    try {
      boolean archive = !fileSystem.getFileStatus(location).isDirectory();
      if (archive) {
        try (WholeTarInputStream tar = openTar(location, conf)) {
          for (TarArchiveEntry entry; (entry = tar.nextFile(location)) != null; ) {
            count(++seen, location);
            add(members, wanted, new Member(entry.getName(), entry.getSize()), location);
          }
        }
      } else {
        List<InputEntry> files = new ArrayList<>();
        new InputFiles(conf)
            .forEach(
                location,
                file -> {
                  files.add(file);
                  count(files.size(), location);
                });
        for (InputEntry file : files) {
          add(members, wanted, new Member(file.path().toString(), file.length()), location);
        }
      }
      return new MemberFiles(location.toUri(), archive, members);
    } catch (IOException e) {
      throw DataFiles.unreadable(location, e);
    }
  }

  /** Opens a member. The caller closes it. */
  public InputStream open(String name, Configuration conf) throws IOException {
    Member member = require(name);
    if (!archive) {
      return DataFiles.open(new Path(member.path), conf);
    }
    Path root = new Path(location);
    WholeTarInputStream tar = openTar(root, conf);
    try {
      for (TarArchiveEntry entry; (entry = tar.nextFile(root)) != null; ) {
        if (entry.getName().equals(member.path)) {
          return tar;
        }
      }
      throw new UserError(name + " is missing in " + location);
    } catch (IOException | RuntimeException e) {
      IOUtils.closeStream(tar);
      throw e;
    }
  }

  /**
   * Returns a member.
   *
   * @throws UserError when it is missing
   */
  public Member require(String name) {
    Member member = members.get(name);
    if (member == null) {
      throw new UserError(name + " is missing in " + location);
    }
    return member;
  }

  /**
   * Checks that a file ends here. Where it is gzipped, this compares its checksum.
   *
   * @throws IOException where it goes on, or its checksum is wrong
   */
  public static void requireEnd(InputStream in) throws IOException {
    if (in.read() >= 0) {
      throw new IOException("damaged: it is longer than it says at its begin");
    }
  }

  private static WholeTarInputStream openTar(Path archive, Configuration conf) throws IOException {
    InputStream in = DataFiles.open(archive, conf);
    in.mark(2);
    boolean gzip = Arrays.equals(in.readNBytes(2), new byte[] {0x1f, (byte) 0x8b});
    in.reset();
    return new WholeTarInputStream(gzip ? inflated(in) : in);
  }

  /** Inflates a gzipped stream, which is closed with the result, or where it is not gzipped. */
  public static InputStream inflated(InputStream in) throws IOException {
    try {
      return new GZIPInputStream(in, 1 << 16);
    } catch (IOException e) {
      IOUtils.closeStream(in);
      throw e;
    }
  }

  private static void count(int seen, Path location) {
    if (seen > MAX_MEMBERS) {
      throw new UserError(
          location + " holds more than " + MAX_MEMBERS + " files; is this the right folder?");
    }
  }

  private static void add(
      Map<String, Member> members, Set<String> wanted, Member member, Path location) {
    String name = FileSlice.lastName(member.path);
    if (wanted.contains(name) && members.put(name, member) != null) {
      throw new UserError(location + " holds more than one " + name);
    }
  }
}
