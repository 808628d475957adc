package io.semimeta.natives;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Keeps content folders side by side, each with a lock file. A process that unpacks holds the lock
 * alone; one that uses the folder shares it for the life of the JVM, so that no used folder is
 * removed. The kernel lets go of a dead process's locks. The lock only spares work: a process that
 * gets none goes on without, as each folder appears by one rename.
 */
final class LibraryCache {
  private static final Logger LOG = LogManager.getLogger(LibraryCache.class);

  /** Limits how long the process that unpacks may do nothing. */
  static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Duration FIRST_WORD = Duration.ofSeconds(3);
  private static final long LOOK_NANOS = Duration.ofMillis(100).toNanos();
  private static final Duration UNUSED = Duration.ofDays(30);
  private static final Duration ABANDONED = Duration.ofDays(1);
  private static final String LOCK = ".lock";
  private static final String PART = ".part-";
  private static final String OWN = ".own-";

  /** Keeps channels open, because locks end when their channels are closed or collected. */
  private static final Queue<FileChannel> SHARED_FOR_LIFE = new ConcurrentLinkedQueue<>();

  private final Path place;
  private final Duration patience;
  private final String key;
  private final ContentFolder folder;
  private final Path lockFile;

  /**
   * Makes the cache.
   *
   * @param place folder that belongs to this user
   * @param patience how long another process that unpacks may do nothing
   */
  LibraryCache(Path place, BundledLibraries libraries, Duration patience) {
    this.place = place;
    this.patience = patience;
    this.key = libraries.key();
    this.folder = new ContentFolder(place, libraries);
    this.lockFile = place.resolve(key + LOCK);
  }

  /** Returns the folder of the libraries, unpacked here unless another process has done it. */
  Path obtain() throws IOException {
    FileChannel channel =
        FileChannel.open(
            lockFile, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean shared = false;
    try {
      shared = obtainLocked(channel);
      if (!shared && !folder.isWhole()) {
        folder.unpack(key + OWN);
      }
      return folder.path();
    } finally {
      if (shared) {
        SHARED_FOR_LIFE.add(channel);
      } else {
        channel.close();
      }
    }
  }

  /** Tells whether the folder is there and locked; else it may be there unlocked, or not at all. */
  private boolean obtainLocked(FileChannel channel) throws IOException {
    Wait wait = new Wait();
    while (true) {
      boolean whole = folder.isWhole();
      FileLock lock = null;
      try {
        lock = channel.tryLock(0, Long.MAX_VALUE, whole);
      } catch (OverlappingFileLockException e) {
        if (whole) {
          return false; // this JVM shares it already, by another class loader
        }
      } catch (IOException e) {
        LOG.info("{} cannot be locked: {}", lockFile, e.getMessage());
        return false;
      }
      if (lock == null) {
        if (!wait.isWorthwhile()) {
          return false;
        }
        LockSupport.parkNanos(LOOK_NANOS);
      } else if (whole && folder.isWhole()) {
        Files.setLastModifiedTime(lockFile, FileTime.from(Instant.now()));
        return true;
      } else {
        try (FileLock alone = lock) {
          if (!whole && !folder.isWhole()) {
            unpackAlone(channel);
          }
        }
      }
    }
  }

  private void unpackAlone(FileChannel channel) throws IOException {
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(US_ASCII)));
    LOG.info("unpacking the libraries of libtorch and OpenCV into {}", folder.path());
    for (Path left : list(key + PART)) { // its process held this lock, and is gone
      ContentFolder.delete(left);
    }
    folder.unpack(key + PART);
    try {
      removeUnused();
    } catch (IOException | UncheckedIOException e) {
      LOG.info("{} keeps what nobody uses: {}", place, e.toString());
    }
  }

  /** Removes folders of other contents, unless they were used lately or are in use. */
  private void removeUnused() throws IOException {
    for (Path left : list("")) {
      if (left.toString().contains(OWN) && isOlder(left, ABANDONED)) {
        ContentFolder.delete(left);
      }
    }
    for (Path other : list("")) {
      if (!other.toString().endsWith(LOCK) || !isOlder(other, UNUSED)) {
        continue;
      }
      try (FileChannel channel = FileChannel.open(other, StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        if (lock != null) {
          String name = other.getFileName().toString();
          String unused = name.substring(0, name.length() - LOCK.length());
          for (Path folder : list(unused)) {
            if (Files.isDirectory(folder)) {
              LOG.info("removing {}, unused for {} days", folder, UNUSED.toDays());
              ContentFolder.delete(folder);
            }
          }
          Files.delete(other);
        }
      } catch (OverlappingFileLockException e) {
        LOG.debug("{} is in use in this JVM", other, e);
      }
    }
  }

  private static boolean isOlder(Path file, Duration age) throws IOException {
    return Files.getLastModifiedTime(file).toInstant().isBefore(Instant.now().minus(age));
  }

  private List<Path> list(String prefix) throws IOException {
    try (Stream<Path> files = Files.list(place)) {
      return files.filter(file -> file.getFileName().toString().startsWith(prefix)).toList();
    }
  }

  /** Waits for the process that unpacks, as long as that one makes progress. */
  private final class Wait {
    private final long begun = System.nanoTime();
    private long lastGrowth = begun;
    private long size;
    private boolean told;

    boolean isWorthwhile() {
      long now = System.nanoTime();
      long sizeNow = unpacked();
      if (sizeNow != size) {
        size = sizeNow;
        lastGrowth = now;
      }
      if (!told && now - begun > FIRST_WORD.toNanos()) {
        told = true;
        LOG.warn("waiting for process {}, which unpacks libraries into {}", holder(), place);
      }
      if (now - lastGrowth > patience.toNanos()) {
        LOG.warn("process {} hangs: this one unpacks a copy of its own", holder());
        return false;
      }
      return true;
    }

    private String holder() {
      try {
        return Files.readString(lockFile, US_ASCII);
      } catch (IOException e) {
        return "(unknown)";
      }
    }

    /** Returns how many bytes the other process has unpacked, or -1 where it has just finished. */
    private long unpacked() {
      long bytes = 0;
      try {
        for (Path part : list(key + PART)) {
          bytes += FileUtils.sizeOfDirectory(part.toFile());
        }
      } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
        return -1; // it was moved into place just now
      }
      return bytes;
    }
  }
}
