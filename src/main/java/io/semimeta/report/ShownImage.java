package io.semimeta.report;

import io.semimeta.evaluation.NotableImages.Notable;
import io.semimeta.image.Thumbnail;
import java.util.Optional;

/**
 * Holds an image that the page shows.
 *
 * @param about what the network says of it
 * @param path where it was found, where that is known
 * @param thumbnail a small picture of it, unless it cannot be decoded
 */
record ShownImage(Notable about, Optional<String> path, Optional<Thumbnail> thumbnail) {}
