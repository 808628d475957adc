package io.semimeta.source;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.primitives.Bytes;
import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.LabelIndices;
import io.semimeta.format.SourceFormat;
import io.semimeta.format.SourceOptions;
import io.semimeta.image.TestImages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that were made to do harm, or lost a part: none hangs, none is taken for a whole one. */
@Timeout(60)
class HostileFilesTest {
  private static final Configuration CONF = new Configuration();
  private static final int BLOCK = TarConstants.DEFAULT_RCDSIZE;

  @TempDir private Path folder;

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  private static List<ImageSource.Image> read(SourceFormat format, Path input) throws IOException {
    ImageSource source =
        format.open(new SourceOptions(hadoop(input), null, null, false), new InputFiles(CONF));
    return TestSources.read(source, DatasetManifest.TRAIN, CONF);
  }

  private static void assertRefused(SourceFormat format, Path input, String... words) {
    UserError error = assertThrows(UserError.class, () -> read(format, input));
    for (String word : words) {
      assertTrue(error.getMessage().contains(word), error.getMessage());
    }
  }

  private Path file(String name, byte[]... parts) throws IOException {
    Path file = folder.resolve(name);
    TestSources.file(file, Bytes.concat(parts));
    return file;
  }

  private static byte[] member(byte type, String name, byte[] content) throws IOException {
    byte[] header = new byte[BLOCK];
    TarArchiveEntry entry = new TarArchiveEntry(name, type);
    entry.setSize(content.length);
    entry.writeEntryHeader(header);
    return Bytes.concat(
        header, Arrays.copyOf(content, (content.length + BLOCK - 1) / BLOCK * BLOCK));
  }

  /** The header before a file that says more of it, a line for each field. */
  private static byte[] pax(String field) throws IOException {
    int length = field.length() + 3;
    String line;
    do {
      line = ++length + " " + field + "\n";
    } while (line.length() != length);
    return member(TarConstants.LF_PAX_EXTENDED_HEADER_LC, "pax", line.getBytes(US_ASCII));
  }

  private byte[] cifar() throws IOException {
    return TestSources.tar(TestSources.cifar10(2));
  }

  /** CVE-2023-42503: a time that takes for ever to compute. */
  @Test
  void timesOfTars() throws IOException {
    for (String field : List.of("mtime", "atime", "ctime", "LIBARCHIVE.creationtime")) {
      Path tar = file("cifar.tar", pax(field + "=1e99999"), cifar());
      assertRefused(SourceFormat.CIFAR10, tar, "cifar.tar: a header with a time that is none");
    }
    byte[] global = pax("mtime=1e99999");
    global[156] = TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER;
    assertRefused(SourceFormat.CIFAR10, file("cifar.tar", global, cifar()), "cifar.tar: ");
    Path good = file("cifar.tar", pax("mtime=-1234567890.123456789"), cifar());
    assertEquals(10, read(SourceFormat.CIFAR10, good).size());
  }

  @Test
  void headersWithoutEnd() throws IOException {
    byte[][] many = new byte[20_000][];
    Arrays.fill(many, pax("comment=again"));
    Path tar = file("cifar.tar", Bytes.concat(many), cifar());
    assertRefused(SourceFormat.CIFAR10, tar, "cifar.tar: more than 16 headers for one file");
    byte[] name = new byte[1 << 21];
    Arrays.fill(name, (byte) 'a');
    tar = file("cifar.tar", member(TarConstants.LF_GNUTYPE_LONGNAME, "L", name), cifar());
    assertRefused(SourceFormat.CIFAR10, tar, "cifar.tar: a header of 2097152 bytes");
    tar = file("cifar.tar", pax("GNU.sparse.map=0,1"), cifar());
    assertRefused(SourceFormat.CIFAR10, tar, "without --sparse");
  }

  /** Where the test batch was lost, the rest used to be the whole data set. */
  @Test
  void tarsMustHaveTheirEnd() throws IOException {
    byte[] whole = cifar();
    int batch = BLOCK + (2 * 3073 + BLOCK - 1) / BLOCK * BLOCK;
    byte[] names = Arrays.copyOfRange(whole, 6 * batch, 6 * batch + 2 * BLOCK);
    byte[] train = Bytes.concat(names, Arrays.copyOf(whole, 5 * batch));
    assertRefused(
        SourceFormat.CIFAR10,
        file("cifar.tar", train),
        "cifar.tar: truncated archive: it has no end, after data_batch_5.bin");
    byte[] hole = whole.clone();
    Arrays.fill(hole, batch, batch + BLOCK, (byte) 0);
    assertRefused(SourceFormat.CIFAR10, file("cifar.tar", hole), "zeros where a header should be");
    byte[] flipped = whole.clone();
    flipped[batch] ^= 1;
    assertRefused(
        SourceFormat.CIFAR10,
        file("cifar.tar", flipped),
        "a header's checksum is wrong, after data_batch_1.bin");
    assertRefused(
        SourceFormat.CIFAR10, file("cifar.tar", train, new byte[10_240], whole), "another archive");
    byte[] padded = Bytes.concat(train, new byte[2 * BLOCK], "junk\n".getBytes(US_ASCII));
    assertEquals(10, read(SourceFormat.CIFAR10, file("cifar.tar", padded)).size());
  }

  @Test
  void archivesOfImageNetAreNamed() throws IOException {
    byte[] image = TestImages.jpeg(8, 8, 1);
    Map<String, byte[]> classes = new LinkedHashMap<>();
    for (String synset : List.of("n01440764", "n01443537")) {
      classes.put(synset + ".tar", TestSources.tar(Map.of(synset + "_1.JPEG", image)));
    }
    byte[] whole = TestSources.tar(classes);
    Path tar = file("ILSVRC2012_img_train.tar", whole);
    int second = whole.length / 2 / BLOCK * BLOCK;
    while (whole[second] != 'n' || whole[second + 9] != '.') {
      second -= BLOCK;
    }
    Files.write(tar, Arrays.copyOf(whole, second));
    assertRefused(
        SourceFormat.IMAGENET,
        folder,
        "ILSVRC2012_img_train.tar: truncated archive: it has no end, after n01440764.tar");
    whole[BLOCK + 1] ^= 1; // in the header of the first class's image
    Files.write(tar, whole);
    assertRefused(
        SourceFormat.IMAGENET, folder, "ILSVRC2012_img_train.tar#n01440764.tar", "checksum");
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }

  @Test
  void checksumsOfGzipAreCompared() throws IOException {
    byte[] gz = gzip(cifar());
    gz[gz.length - 6] ^= 1;
    assertRefused(SourceFormat.CIFAR10, file("cifar.tar.gz", gz), "cifar.tar.gz: ");
    TestSources.idx(folder, "train", 5, 4, 2);
    for (String name : List.of("images-idx3-ubyte.gz", "labels-idx1-ubyte.gz")) {
      Path file = folder.resolve("train-" + name);
      byte[] whole = Files.readAllBytes(file);
      byte[] flipped = whole.clone();
      flipped[whole.length - 6] ^= 1;
      Files.write(file, flipped);
      assertRefused(SourceFormat.IDX, folder, name, "Corrupt GZIP trailer");
      try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
        byte[] content = in.readNBytes(name.startsWith("images") ? 16 + 5 * 16 : 8 + 5);
        Files.write(file, gzip(Bytes.concat(content, new byte[1 << 20])));
      }
      assertRefused(SourceFormat.IDX, folder, name, "longer than it says at its begin");
      Files.write(file, whole);
    }
    assertEquals(5, read(SourceFormat.IDX, folder).size());
  }

  @Test
  void checksumsOfMatlabFilesAreCompared() throws IOException {
    Path mat = folder.resolve("train_32x32.mat");
    TestSources.svhn(mat, 3, 3);
    byte[] whole = Files.readAllBytes(mat);
    ByteBuffer tags = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    int endOfPixels = 128 + 8 + tags.getInt(132);
    for (int end : new int[] {endOfPixels, whole.length}) {
      byte[] flipped = whole.clone();
      flipped[end - 1] ^= 1;
      Files.write(mat, flipped);
      assertRefused(SourceFormat.SVHN, folder, "train_32x32.mat", "incorrect data check");
    }
  }

  /** Every number of an uncompressed file's headers, as large as can be. */
  @Test
  void sizesThatMatlabFilesClaim() throws IOException {
    Path mat = folder.resolve("train_32x32.mat");
    TestSources.svhnPlain(mat, 2);
    byte[] whole = Files.readAllBytes(mat);
    ByteBuffer tags = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    int labels = 128 + 8 + tags.getInt(132);
    for (int begin : new int[] {128, labels}) {
      for (int at = begin; at < Math.min(begin + 64, whole.length); at += Integer.BYTES) {
        for (int claim : new int[] {0x7fffffff, 0x7ffffff0, 0x40000000, -1}) {
          byte[] bytes = whole.clone();
          ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, claim);
          Files.write(mat, bytes);
          try {
            read(SourceFormat.SVHN, folder);
          } catch (UserError e) {
            assertTrue(e.getMessage().contains("train_32x32.mat"), e.getMessage());
          }
        }
      }
    }
  }

  private Path pipe(String name) throws IOException, InterruptedException {
    Path pipe = folder.resolve(name);
    Files.createDirectories(pipe.getParent());
    Files.deleteIfExists(pipe);
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    return pipe;
  }

  @Test
  void pipesAreRefusedByName() throws IOException, InterruptedException {
    Path archive = pipe("cifar.tar.gz");
    assertRefused(SourceFormat.CIFAR10, archive, "cifar.tar.gz: no regular file, but a pipe");
    TestSources.idx(folder, "train", 5, 4, 2);
    pipe("train-labels-idx1-ubyte.gz");
    assertRefused(SourceFormat.IDX, folder, "train-labels-idx1-ubyte.gz", "but a pipe");
    pipe("train_32x32.mat");
    assertRefused(SourceFormat.SVHN, folder, "train_32x32.mat", "but a pipe");
    pipe("train/n01440764.tar");
    assertRefused(SourceFormat.IMAGENET, folder, "n01440764.tar", "but a pipe");
    Path ids = pipe("label_indices.txt");
    UserError error = assertThrows(UserError.class, () -> LabelIndices.read(ids.toUri(), CONF));
    assertTrue(error.getMessage().contains("label_indices.txt: no regular file"));
  }

  /** Among images they are listed with those that cannot be decoded. */
  @Test
  void pipesAmongImagesAreLeftOut() throws IOException, InterruptedException {
    TestSources.file(folder.resolve("in/cat/1.png"), TestImages.png(1, 4, 4, 1));
    pipe("in/cat/2.png");
    pipe("in/cat/notes");
    List<ImageSource.Image> images = read(SourceFormat.IMAGE_FOLDER, folder.resolve("in"));
    assertEquals(2, images.size());
    assertTrue(images.get(1).problem().startsWith("no regular file"), images.get(1).problem());
  }
}
