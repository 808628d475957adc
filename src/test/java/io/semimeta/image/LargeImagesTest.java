package io.semimeta.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.MeasuredJvm;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.Orientation;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images of few bytes and 64 million pixels, of 16 bits with alpha: 192 MB each when decoded,
 * evaluated, trained on and surveyed by twelve threads at once, in a heap of 96 MB.
 */
class LargeImagesTest {
  private static final int SIDE = 8_000;
  private static final int THREADS = 12;
  private static final long MEBI = 1 << 20;

  @TempDir private Path folder;

  /** The program in the small heap. */
  static final class Measured {
    private Measured() {}

    public static void main(String[] args) throws Exception {
      ImageRecord record = new ImageRecord(1, 0, Files.readAllBytes(Path.of(args[0])));
      ImageInput input = new ImageInput(3, 224, 224, true, Orientation.EXIF);
      input.evaluated(new ImageRecord(2, 0, TestImages.png(3, 256, 256, 1)));
      long before = mostResident();
      ExecutorService threads = Executors.newFixedThreadPool(THREADS);
      List<Future<Integer>> values = new ArrayList<>();
      for (int i = 0; i < THREADS / 3; i++) {
        values.add(threads.submit(() -> value(input.evaluated(record))));
        values.add(
            threads.submit(() -> value(input.trained(record, true, new SplittableRandom(1)))));
        values.add(
            threads.submit(
                () -> {
                  PixelSums sums = StoredImage.of(record.encoded(), Orientation.EXIF).sums();
                  return (int) (sums.sum()[0] / sums.height() / sums.width());
                }));
      }
      for (Future<Integer> value : values) {
        System.out.println("value " + value.get());
      }
      threads.shutdownNow();
      System.out.println("grown by " + (mostResident() - before) / MEBI);
    }

    private static int value(DecodedImage image) {
      return image.pixels()[0] & 0xff;
    }

    /** The most that was ever resident of this process, in bytes. */
    private static long mostResident() throws IOException {
      String most =
          Files.readAllLines(Path.of("/proc/self/status")).stream()
              .filter(line -> line.startsWith("VmHWM:"))
              .findFirst()
              .orElseThrow();
      return Long.parseLong(most.replaceAll("\\D", "")) << 10;
    }
  }

  @Test
  void areDecodedOneAfterTheOther() throws IOException, InterruptedException {
    Path file = Files.write(folder.resolve("large.png"), png());
    List<String> lines =
        MeasuredJvm.run(
            Measured.class, "96m", folder.resolve("out.txt"), Map.of(), List.of(file.toString()));
    assertEquals(THREADS, lines.stream().filter("value 64"::equals).count(), lines::toString);
    String last = lines.get(lines.size() - 1);
    long grown = Long.parseLong(last.replaceAll("\\D", ""));
    long decoded = 3L * SIDE * SIDE / MEBI;
    assertTrue(grown < 2 * decoded, last);
  }

  /** Of one value, 0x4040. */
  private static byte[] png() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (DeflaterOutputStream rows = new DeflaterOutputStream(body)) {
      byte[] row = new byte[1 + 8 * SIDE];
      java.util.Arrays.fill(row, 1, row.length, (byte) 0x40);
      for (int y = 0; y < SIDE; y++) {
        rows.write(row);
      }
    }
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream numbers = new DataOutputStream(header);
    numbers.writeInt(SIDE);
    numbers.writeInt(SIDE);
    numbers.write(new byte[] {16, 6, 0, 0, 0});
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    chunk(png, "IHDR", header.toByteArray());
    chunk(png, "IDAT", body.toByteArray());
    chunk(png, "IEND", new byte[0]);
    return png.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream png, String type, byte[] data)
      throws IOException {
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    chunk.write(type.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    chunk.write(data);
    CRC32 crc = new CRC32();
    crc.update(chunk.toByteArray());
    DataOutputStream out = new DataOutputStream(png);
    out.writeInt(data.length);
    out.write(chunk.toByteArray());
    out.writeInt((int) crc.getValue());
  }
}
