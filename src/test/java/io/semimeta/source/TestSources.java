package io.semimeta.source;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.hadoop.conf.Configuration;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Sink;
import us.hebi.matlab.mat.types.Sinks;

/** Small data sets in every source format. */
public final class TestSources {
  private TestSources() {}

  /** Writes a file and the folders above it. */
  public static void file(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  /** CIFAR-10's files: as many images a batch as given, the label of image i is i % 10. */
  public static Map<String, byte[]> cifar10(int perBatch) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    Random random = new Random(1);
    for (int batch = 1; batch <= 5; batch++) {
      files.put("data_batch_" + batch + ".bin", cifarBatch(perBatch, 1, random));
    }
    files.put("test_batch.bin", cifarBatch(perBatch, 1, random));
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      names.append("class").append(i).append('\n');
    }
    files.put("batches.meta.txt", names.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    return files;
  }

  /** CIFAR images with the given number of label bytes, of which the last one counts. */
  public static byte[] cifarBatch(int images, int labelBytes, Random random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < images; i++) {
      for (int k = 1; k < labelBytes; k++) {
        out.write(77);
      }
      out.write(i % 10);
      byte[] pixels = new byte[3072];
      random.nextBytes(pixels);
      out.writeBytes(pixels);
    }
    return out.toByteArray();
  }

  /** A gzipped tar of regular files. */
  public static void tarGz(Path archive, Map<String, byte[]> files) throws IOException {
    writeTar(new GZIPOutputStream(Files.newOutputStream(archive)), files);
  }

  private static void writeTar(OutputStream out, Map<String, byte[]> files) throws IOException {
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey(), true);
        entry.setSize(file.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(file.getValue());
        tar.closeArchiveEntry();
      }
    }
  }

  /** A tar archive of regular files. */
  public static byte[] tar(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writeTar(out, files);
    return out.toByteArray();
  }

  /** IDX files of a split, gzipped; the label of image i is i % classes. */
  public static void idx(Path folder, String prefix, int images, int side, int classes)
      throws IOException {
    Files.createDirectories(folder);
    try (DataOutputStream out = gzip(folder.resolve(prefix + "-images-idx3-ubyte.gz"))) {
      out.writeInt(0x803);
      out.writeInt(images);
      out.writeInt(side);
      out.writeInt(side);
      for (int i = 0; i < images; i++) {
        out.write(idxPixels(prefix, i, side));
      }
    }
    try (DataOutputStream out = gzip(folder.resolve(prefix + "-labels-idx1-ubyte.gz"))) {
      out.writeInt(0x801);
      out.writeInt(images);
      for (int i = 0; i < images; i++) {
        out.writeByte(i % classes);
      }
    }
  }

  /** The pixels of an image that {@link #idx} wrote. */
  public static byte[] idxPixels(String prefix, int image, int side) {
    byte[] pixels = new byte[side * side];
    new Random(31L * prefix.hashCode() + image).nextBytes(pixels);
    return pixels;
  }

  /** A file in SVHN's layout; the label of image i is i % 10 + 1. */
  public static void svhn(Path file, int images, int labels) throws IOException {
    svhn(file, images, labels, Deflater.DEFAULT_COMPRESSION);
  }

  /** Likewise, without compression, hence without checksums. */
  public static void svhnPlain(Path file, int images) throws IOException {
    svhn(file, images, images, Deflater.NO_COMPRESSION);
  }

  private static void svhn(Path file, int images, int labels, int level) throws IOException {
    Matrix x = Mat5.newMatrix(Mat5.dims(32, 32, 3, images), MatlabType.UInt8);
    int at = 0;
    for (int i = 0; i < images; i++) {
      for (int c = 0; c < 3; c++) {
        for (int column = 0; column < 32; column++) {
          for (int row = 0; row < 32; row++) {
            x.setByte(at++, svhnPixel(row, column, c, i));
          }
        }
      }
    }
    Matrix y = Mat5.newMatrix(labels, 1, MatlabType.UInt8);
    for (int i = 0; i < labels; i++) {
      y.setByte(i, (byte) (i % 10 + 1));
    }
    Files.createDirectories(file.getParent());
    try (Sink sink = Sinks.newStreamingFile(file.toFile())) {
      Mat5.newWriter(sink)
          .setDeflateLevel(level)
          .writeMat(Mat5.newMatFile().addArray("X", x).addArray("y", y));
    }
  }

  /** A pixel of an image that {@link #svhn} wrote. */
  public static byte svhnPixel(int row, int column, int channel, int image) {
    return (byte) (7 * row + 3 * column + 50 * channel + 11 * image);
  }

  /** All images of a split. */
  public static List<ImageSource.Image> read(ImageSource source, String split, Configuration conf)
      throws IOException {
    List<ImageSource.Image> images = new ArrayList<>();
    for (ImageSource.Part part : source.parts()) {
      if (part.split().equals(split)) {
        try (ImageSource.Reader reader = part.open(conf)) {
          for (ImageSource.Image image; (image = reader.next()) != null; ) {
            images.add(image);
          }
        }
      }
    }
    return images;
  }

  /** This process's open descriptors of a file or those in a folder, as Linux lists them. */
  public static List<Path> open(Path file) throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors
          .filter(
              descriptor -> {
                try {
                  return Files.readSymbolicLink(descriptor).startsWith(file);
                } catch (IOException e) { // closed since it was listed
                  return false;
                }
              })
          .toList();
    }
  }

  private static DataOutputStream gzip(Path file) throws IOException {
    return new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(file)));
  }
}
