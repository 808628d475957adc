package io.semimeta.prepare;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;

/** What happens to files: they are cut, bits flip, blocks are lost, and lengths are made up. */
enum Damage {
  CUT {
    @Override
    byte[] of(byte[] file, int head, SplittableRandom random) {
      return Arrays.copyOf(file, random.nextInt(file.length));
    }
  },
  FLIP {
    @Override
    byte[] of(byte[] file, int head, SplittableRandom random) {
      byte[] bytes = file.clone();
      int times = random.nextInt(4) == 0 ? 1 + random.nextInt(6) : 1;
      for (int i = 0; i < times; i++) {
        bytes[place(file, head, 1, random)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      }
      return bytes;
    }
  },
  /** A byte or a number is replaced by one that parsers may trip over. */
  CLAIM {
    @Override
    byte[] of(byte[] file, int head, SplittableRandom random) {
      byte[] bytes = file.clone();
      if (file.length < Long.BYTES || random.nextBoolean()) {
        String odd = "\0\t\n \"',-./0129:;@[\\]e{}\u007f\u0080\u00ff";
        bytes[place(file, head, 1, random)] = (byte) odd.charAt(random.nextInt(odd.length()));
        return bytes;
      }
      int[] numbers = {-1, 0, 1, 0x7fffffff, 0x80000000, 0x7ffffff7, 0x10000000, 1 << 24};
      ByteOrder order = random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
      ByteBuffer.wrap(bytes)
          .order(order)
          .putInt(
              place(file, head, Integer.BYTES, random), numbers[random.nextInt(numbers.length)]);
      return bytes;
    }
  },
  /** A block is filled with zeros, left out, or there twice. */
  BLOCK {
    @Override
    byte[] of(byte[] file, int head, SplittableRandom random) {
      int length = 1 + random.nextInt(Math.min(file.length, 600));
      int at = random.nextInt(file.length - length + 1);
      byte[] bytes = file.clone();
      switch (random.nextInt(3)) {
        case 0 -> Arrays.fill(bytes, at, at + length, (byte) 0);
        case 1 -> {
          System.arraycopy(file, at + length, bytes, at, file.length - at - length);
          bytes = Arrays.copyOf(bytes, file.length - length);
        }
        default -> {
          bytes = Arrays.copyOf(file, file.length + length);
          System.arraycopy(file, at, bytes, at + length, file.length - at);
        }
      }
      return bytes;
    }
  };

  /**
   * Damages a file.
   *
   * @param head how many bytes at the begin are hit more often
   */
  abstract byte[] of(byte[] file, int head, SplittableRandom random);

  private static int place(byte[] file, int head, int length, SplittableRandom random) {
    int range = random.nextBoolean() ? Math.min(Math.max(head, length), file.length) : file.length;
    return random.nextInt(range - length + 1);
  }
}
