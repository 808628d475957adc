/**
 * The formats of images that {@code prepare} reads, a class each, registered in {@link
 * io.semimeta.format.SourceFormat}.
 */
package io.semimeta.format;
