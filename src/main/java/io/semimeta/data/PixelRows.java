package io.semimeta.data;

/** An image whose pixels are asked for in rows, wherever they lie. */
interface PixelRows {
  /** 1 (grey) or 3 (red, green, blue). */
  int channels();

  /** In pixels. */
  int height();

  /** In pixels. */
  int width();

  /**
   * Copies a row of one channel.
   *
   * @param row as long as the width
   */
  void copy(int channel, int y, byte[] row);
}
