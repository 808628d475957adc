package io.semimeta.recordio;

import io.semimeta.data.ImageRecord;
import java.io.Serializable;

/**
 * Holds an image of a data set, with its path.
 *
 * @param record the image as its record file has it
 * @param path the path in the data set's input, as its shard's sidecar has it, or null
 */
public record NamedRecord(ImageRecord record, String path) implements Serializable {}
