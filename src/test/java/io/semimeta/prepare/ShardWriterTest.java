package io.semimeta.prepare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.OutputException;
import io.semimeta.UserError;
import io.semimeta.data.ImageRecord;
import io.semimeta.files.FullDisk;
import io.semimeta.files.SchemeFileSystem;
import io.semimeta.prepare.Unfinished.Receipt;
import io.semimeta.recordio.FaultyFileSystem;
import io.semimeta.recordio.NamedRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.StreamCapabilities;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where there is a rename, and where a file appears when its stream is closed, as on S3A. */
class ShardWriterTest {
  private static final String SHARD = "train-00000-of-00001.rec";
  private static final String INDEX = "train-00000-of-00001.idx";
  private static final String SIDECAR = "train-00000-of-00001.meta";

  @TempDir Path folder;
  private final Configuration conf = new Configuration(false);

  @BeforeEach
  void know() {
    conf.setClass("fs.appears.impl", AppearingFileSystem.class, FileSystem.class);
    conf.setBoolean("fs.appears.impl.disable.cache", true);
    FaultyFileSystem.configure(conf);
  }

  private void write(Iterator<NamedRecord> images) throws IOException {
    write("appears", images);
  }

  private Receipt write(String scheme, Iterator<NamedRecord> images) throws IOException {
    URI output = URI.create(scheme + "://" + folder);
    return ShardWriter.write(output, SHARD, 7, images, folder(scheme).unfinished(), conf);
  }

  private OutputFolder folder(String scheme) {
    var output = new org.apache.hadoop.fs.Path(scheme + "://" + folder);
    return new OutputFolder(output, Unfinished.in(output, "0"));
  }

  private static Iterator<NamedRecord> images(int count, boolean fails) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              if (fails && i == count - 1) {
                throw new IllegalStateException("killed");
              }
              return new NamedRecord(new ImageRecord(i, i, new byte[10]), i + ".png");
            })
        .iterator();
  }

  /** Or else a manifest might name a shard that a late attempt has just removed. */
  @Test
  void aSecondAttemptNeverRemovesTheFirstOnesShard() throws IOException {
    write("faulty", images(9, false));
    for (String name : new String[] {SHARD, INDEX, SIDECAR}) {
      FaultyFileSystem.failNext(name, new IOException("connection reset"));
      write("faulty", images(5, false));
      FaultyFileSystem.failNoMore();
    }
    assertEquals(5, Files.readAllLines(folder.resolve(INDEX)).size());
    try (var files = Files.list(folder)) {
      assertEquals(4, files.count(), "records, index, sidecar and receipts");
    }
  }

  @Test
  void aManifestMayOnlyNameShardsThatAreThere() throws IOException {
    List<Receipt> receipts = List.of(write("faulty", images(9, false)));
    OutputFolder output = folder("faulty");
    output.requireWhole(receipts, conf);
    Files.writeString(folder.resolve(SHARD), "cut");
    UserError error = assertThrows(UserError.class, () -> output.requireWhole(receipts, conf));
    assertTrue(error.getMessage().contains(SHARD + " has 3 bytes"), error.getMessage());
    write("faulty", images(9, false));
    for (String name : new String[] {INDEX, SIDECAR}) {
      write("faulty", images(9, false));
      Files.delete(folder.resolve(name));
      error = assertThrows(UserError.class, () -> output.requireWhole(receipts, conf));
      assertTrue(error.getMessage().contains(name + " is gone"), error.getMessage());
    }
  }

  @Test
  void aSecondAttemptThatIsKilledLeavesTheFirstOnesShard() throws IOException {
    write(images(9, false));
    byte[] whole = Files.readAllBytes(folder.resolve(SHARD));
    byte[] index = Files.readAllBytes(folder.resolve(INDEX));
    byte[] sidecar = Files.readAllBytes(folder.resolve(SIDECAR));
    assertThrows(IllegalStateException.class, () -> write(images(5, true)));
    assertArrayEquals(whole, Files.readAllBytes(folder.resolve(SHARD)));
    assertArrayEquals(index, Files.readAllBytes(folder.resolve(INDEX)));
    assertArrayEquals(sidecar, Files.readAllBytes(folder.resolve(SIDECAR)));
  }

  @Test
  void aFirstOneLeavesNothing() throws IOException {
    assertThrows(IllegalStateException.class, () -> write(images(5, true)));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(), files.toList());
    }
  }

  @Test
  void withoutAnIndexOrSidecarThereAreNoRecords() throws IOException {
    write(images(9, false));
    byte[] whole = Files.readAllBytes(folder.resolve(SHARD));
    byte[] index = Files.readAllBytes(folder.resolve(INDEX));
    for (String refused : new String[] {".idx", ".meta"}) {
      conf.set(AppearingFileSystem.REFUSED, refused);
      assertThrows(IOException.class, () -> write(images(5, false)));
      assertArrayEquals(whole, Files.readAllBytes(folder.resolve(SHARD)));
      assertArrayEquals(index, Files.readAllBytes(folder.resolve(INDEX)));
    }
  }

  /** A local folder behind the scheme {@code appears:}, without rename. */
  public static final class AppearingFileSystem extends SchemeFileSystem {
    /** Files whose names end so cannot be created. */
    static final String REFUSED = "test.refused";

    @Override
    public String getScheme() {
      return "appears";
    }

    @Override
    public boolean hasPathCapability(org.apache.hadoop.fs.Path path, String capability) {
      return capability.equals(CommonPathCapabilities.ABORTABLE_STREAM);
    }

    @Override
    public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
        throws IOException {
      throw new IOException("a rename of " + from);
    }

    @Override
    protected OutputStream create(org.apache.hadoop.fs.Path file, Local local) throws IOException {
      if (file.getName().endsWith(getConf().get(REFUSED, "none"))) {
        throw new IOException("refused: " + file);
      }
      return new Appearing(pathToFile(file).toPath());
    }
  }

  private static final class Appearing extends ByteArrayOutputStream
      implements Abortable, StreamCapabilities {
    private final Path file;
    private boolean done;

    Appearing(Path file) {
      this.file = file;
    }

    @Override
    public boolean hasCapability(String capability) {
      return capability.equals(CommonPathCapabilities.ABORTABLE_STREAM);
    }

    @Override
    public AbortableResult abort() {
      done = true;
      return null;
    }

    @Override
    public void close() throws IOException {
      if (!done) {
        done = true;
        Files.createDirectories(file.getParent());
        Files.write(file, toByteArray());
      }
    }
  }

  /** The next attempt needs the room of what is half-written. */
  @Test
  void aFullDiskLeavesNothingHalfWritten() throws IOException {
    FullDisk.configure(conf);
    for (String name : new String[] {SHARD, INDEX, SIDECAR, SHARD + ".json"}) {
      FullDisk.files = ".*/[._]?" + name + "[^/]*";
      OutputException failure =
          assertThrows(OutputException.class, () -> write("full", images(90, false)));
      FullDisk.files = "";
      assertTrue(
          failure.getMessage().endsWith("/" + name + ": no space left on device; make room there"),
          failure.getMessage());
      try (var files = Files.walk(folder)) {
        List<Path> half =
            files.filter(file -> file.getFileName().toString().matches("[._].*(7|tmp)")).toList();
        assertEquals(List.of(), half, name);
      }
    }
    write("full", images(90, false));
    assertEquals(90, Files.readAllLines(folder.resolve(INDEX)).size());
  }
}
