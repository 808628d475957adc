/**
 * Images from their source to the network: {@link io.semimeta.data.ImageSource}s of every format,
 * decoding, the data set's manifest, and which images are labelled, set aside and unlabelled.
 */
package io.semimeta.data;
