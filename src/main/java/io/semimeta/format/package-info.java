/**
 * Reads the formats of images that {@code prepare} knows. Each is a class and is registered in
 * {@link io.semimeta.format.SourceFormat}.
 */
package io.semimeta.format;
