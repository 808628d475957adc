package io.semimeta.image;

/**
 * Holds an image's size and its pixels added up, as integers, so that the totals of many images are
 * exact in any order.
 *
 * @param height in pixels
 * @param width in pixels
 * @param sum sum of each channel's pixels, which are from 0 to 255; one channel (grey) or three
 *     (red, green, blue)
 * @param squares sum of the squares of each channel's pixels
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PixelSums(int height, int width, long[] sum, long[] squares) {}
