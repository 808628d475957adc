package io.semimeta.image;

/**
 * Holds an image's pixels.
 *
 * @param channels 1 (grey) or 3 (red, green, blue)
 * @param height in pixels
 * @param width in pixels
 * @param pixels unsigned bytes in the order channel, row, column (CHW)
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record DecodedImage(int channels, int height, int width, byte[] pixels) {}
