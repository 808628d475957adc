package io.semimeta.prepare;

import io.semimeta.source.ImageSource;

/**
 * Holds an image that is to be prepared.
 *
 * @param split the split that it goes into, such as {@link io.semimeta.data.DatasetManifest#TRAIN}
 * @param image the image; its id is its own in all splits
 */
public record SplitImage(String split, ImageSource.Image image) {
  DatasetLayout.Key key() {
    return new DatasetLayout.Key(split, image.record().id());
  }
}
