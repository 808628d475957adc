package io.semimeta.recordio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semimeta.data.ImageRecord;
import io.semimeta.files.SchemeFileSystem;
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

/** Where a file appears when its stream is closed, as on S3A. */
class ShardWriterTest {
  private static final String SHARD = "train-00000-of-00001.rec";

  @TempDir Path folder;
  private final Configuration conf = new Configuration(false);

  @BeforeEach
  void know() {
    conf.setClass("fs.appears.impl", AppearingFileSystem.class, FileSystem.class);
  }

  private void write(Iterator<ImageRecord> images) throws IOException {
    URI output = URI.create("appears://" + folder);
    Unfinished unfinished = Unfinished.in(new org.apache.hadoop.fs.Path(output), "0");
    ShardWriter.write(output, SHARD, 7, images, unfinished, conf);
  }

  private static Iterator<ImageRecord> images(int count, boolean fails) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              if (fails && i == count - 1) {
                throw new IllegalStateException("killed");
              }
              return new ImageRecord(i, i, new byte[10]);
            })
        .iterator();
  }

  @Test
  void aSecondAttemptThatIsKilledLeavesTheFirstOnesShard() throws IOException {
    write(images(9, false));
    byte[] whole = Files.readAllBytes(folder.resolve(SHARD));
    byte[] index = Files.readAllBytes(folder.resolve("train-00000-of-00001.idx"));
    assertThrows(IllegalStateException.class, () -> write(images(5, true)));
    assertArrayEquals(whole, Files.readAllBytes(folder.resolve(SHARD)));
    assertArrayEquals(index, Files.readAllBytes(folder.resolve("train-00000-of-00001.idx")));
  }

  @Test
  void aFirstOneLeavesNothing() throws IOException {
    assertThrows(IllegalStateException.class, () -> write(images(5, true)));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(), files.toList());
    }
  }

  @Test
  void withoutAnIndexThereAreNoRecords() throws IOException {
    write(images(9, false));
    byte[] whole = Files.readAllBytes(folder.resolve(SHARD));
    conf.set(AppearingFileSystem.REFUSED, ".idx");
    conf.setBoolean("fs.appears.impl.disable.cache", true);
    assertThrows(IOException.class, () -> write(images(5, false)));
    assertArrayEquals(whole, Files.readAllBytes(folder.resolve(SHARD)));
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
}
