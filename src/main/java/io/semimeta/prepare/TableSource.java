package io.semimeta.prepare;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;

/**
 * Names images that come from a table rather than from files of a format.
 *
 * @param images the images, at most once each. They are read twice where Spark loses what it keeps
 *     of them, and must be the same then
 * @param rows how many images there are
 * @param classes class names in the order of their indices
 * @param key hexadecimal digits that are others for other images or classes
 */
public record TableSource(
    JavaRDD<SplitImage> images, long rows, List<String> classes, String key) {}
