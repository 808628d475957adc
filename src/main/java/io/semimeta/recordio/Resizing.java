package io.semimeta.recordio;

import java.io.Serializable;

/**
 * What {@link PrepareJob} does to images; by default their bytes stay as they are.
 *
 * @param square side in pixels to which images are resized and cropped, as PNG; or 0
 * @param shorterSide to which images are resized, as JPEG; or 0
 * @param quality of that JPEG, from 1 to 100
 */
public record Resizing(int square, int shorterSide, int quality) implements Serializable {}
