/**
 * Reads images where they come from: it holds the interface that each format implements ({@link
 * io.semimeta.source.ImageSource}), its parts, and the reading of folders and archives.
 */
package io.semimeta.source;
