package io.semimeta.image;

import java.util.concurrent.Semaphore;

/**
 * Reserves room outside of the heap for images that are decoded, so that a few large images cannot
 * take all memory, however many threads there are. A single larger image waits until it is alone.
 */
public final class NativeRoom implements AutoCloseable {
  /** Allows all images together this many bytes, or a quarter of the heap's limit if more. */
  public static final long BYTES = 256 << 20;

  private static final int UNIT = 1 << 10;
  private static final int UNITS =
      (int)
          Math.min(Integer.MAX_VALUE, Math.max(BYTES, Runtime.getRuntime().maxMemory() / 4) / UNIT);
  private static final Semaphore FREE = new Semaphore(UNITS, true);

  private final int units;

  private NativeRoom(int units) {
    this.units = units;
  }

  /** Waits for room. A thread that has some must not ask for more. */
  static NativeRoom take(long bytes) {
    int units = (int) Math.min(UNITS, 1 + bytes / UNIT);
    FREE.acquireUninterruptibly(units);
    return new NativeRoom(units);
  }

  @Override
  public void close() {
    FREE.release(units);
  }
}
