package io.semimeta.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.files.SchemeFileSystem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSliceTest {
  private static final int LARGE = 5_000_000;
  private static final int SMALL = 100_001;

  @TempDir private Path folder;

  /** Local files whose streams, as an object store's, have no way of their own to skip. */
  public static final class CountingFileSystem extends SchemeFileSystem {
    private static long bytesRead;
    private static int seeks;

    @Override
    public String getScheme() {
      return "count";
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path file, int bufferSize)
        throws IOException {
      FSDataInputStream in = super.open(file, bufferSize);
      return new FSDataInputStream(
          new FSInputStream() {
            @Override
            public int read() throws IOException {
              int read = in.read();
              bytesRead += read < 0 ? 0 : 1;
              return read;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
              int read = in.read(bytes, offset, length);
              bytesRead += Math.max(0, read);
              return read;
            }

            @Override
            public void seek(long position) throws IOException {
              seeks++;
              in.seek(position);
            }

            @Override
            public long getPos() throws IOException {
              return in.getPos();
            }

            @Override
            public boolean seekToNewSource(long position) {
              return false;
            }

            @Override
            public void close() throws IOException {
              in.close();
            }
          });
    }
  }

  @BeforeEach
  void reset() {
    CountingFileSystem.bytesRead = 0;
    CountingFileSystem.seeks = 0;
  }

  /** Lists an archive of three files; their first bytes are where they are said to be. */
  private void listed(int bytes) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < 3; i++) {
      byte[] content = new byte[bytes];
      content[0] = (byte) (65 + i);
      files.put("./" + i + ".tar", content);
    }
    byte[] archive = TestSources.tar(files);
    TestSources.file(folder.resolve("all.tar"), archive);
    Configuration conf = new Configuration();
    conf.setClass("fs.count.impl", CountingFileSystem.class, FileSystem.class);
    URI file = URI.create("count://" + folder.resolve("all.tar").toUri().getPath());
    List<FileSlice> slices = FileSlice.inTar(new org.apache.hadoop.fs.Path(file), conf);
    assertEquals(List.of("0.tar", "1.tar", "2.tar"), slices.stream().map(FileSlice::name).toList());
    for (int i = 0; i < 3; i++) {
      assertEquals(65 + i, archive[(int) slices.get(i).offset()]);
      assertEquals(bytes, slices.get(i).length());
    }
  }

  @Test
  void largeFilesInAnArchiveAreNotRead() throws IOException {
    listed(LARGE);
    long read = CountingFileSystem.bytesRead;
    assertTrue(read < 1 << 16, read + " bytes read");
    assertEquals(3, CountingFileSystem.seeks);
  }

  /** A seek is a request to an object store. */
  @Test
  void overSmallFilesItReadsOn() throws IOException {
    listed(SMALL);
    assertEquals(0, CountingFileSystem.seeks);
  }
}
