package io.semimeta.recordio;

import io.semimeta.files.DataFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Finds the hosts that have the bytes of record files, where the file system says so. */
public final class BlockHosts {
  private static final int MAX_HOSTS = 3;

  private final Path folder;
  private final FileSystem fileSystem;
  private final Map<String, FileStatus> files = new HashMap<>();
  private final Map<String, BlockLocation[]> byFile = new HashMap<>();

  /** Prepares for the record files in a folder, each of which is asked for once. */
  public BlockHosts(Path folder, Configuration conf) {
    this.folder = folder;
    this.fileSystem = DataFiles.fileSystem(folder, conf);
  }

  /** Returns the hosts with most of a file's bytes between two offsets, the best first. */
  public String[] most(String file, long from, long to) {
    Map<String, Long> bytesByHost = new HashMap<>();
    add(bytesByHost, file, from, to);
    return most(bytesByHost);
  }

  String[] most(List<RecordRange> ranges) {
    Map<String, Long> bytesByHost = new HashMap<>();
    for (RecordRange range : ranges) {
      add(bytesByHost, range.file(), range.offset(), range.end());
    }
    return most(bytesByHost);
  }

  private void add(Map<String, Long> bytesByHost, String file, long from, long to) {
    for (BlockLocation block : byFile.computeIfAbsent(file, this::blocks)) {
      long begin = Math.max(from, block.getOffset());
      long end = Math.min(to, block.getOffset() + block.getLength());
      if (begin < end) {
        for (String host : hosts(block)) {
          bytesByHost.merge(host, end - begin, Long::sum);
        }
      }
    }
  }

  private static String[] most(Map<String, Long> bytesByHost) {
    return bytesByHost.entrySet().stream()
        .filter(entry -> !entry.getKey().equals("localhost"))
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(MAX_HOSTS)
        .map(Map.Entry::getKey)
        .toArray(String[]::new);
  }

  private BlockLocation[] blocks(String name) {
    Path file = new Path(folder, name);
    try {
      if (files.isEmpty()) {
        files.putAll(DataFiles.inFolder(fileSystem, folder));
      }
      FileStatus status = files.get(name);
      if (status == null) {
        throw new FileNotFoundException(name);
      }
      return fileSystem.getFileBlockLocations(status, 0, status.getLen());
    } catch (IOException e) {
      throw DataFiles.unreadable(file, e);
    }
  }

  private static String[] hosts(BlockLocation block) {
    try {
      return block.getHosts();
    } catch (IOException e) {
      throw new IllegalStateException(e); // cannot be: the location is already here
    }
  }
}
