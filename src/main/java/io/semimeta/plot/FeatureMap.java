package io.semimeta.plot;

/**
 * Holds where one network's features of the images lie in the plane.
 *
 * @param title the network's name
 * @param x one coordinate of each image
 * @param y the other
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record FeatureMap(String title, float[] x, float[] y) {}
