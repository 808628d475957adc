package io.semimeta.recordio;

import io.semimeta.data.ImageRecord;
import java.io.Serializable;

/**
 * An image of a data set.
 *
 * @param record as its record file has it
 * @param path in the data set's input, as its shard's sidecar has it, or null
 */
public record NamedRecord(ImageRecord record, String path) implements Serializable {}
