/**
 * Images where they come from: the door that each format stands behind ({@link
 * io.semimeta.source.ImageSource}), its parts, and the reading of folders and archives.
 */
package io.semimeta.source;
