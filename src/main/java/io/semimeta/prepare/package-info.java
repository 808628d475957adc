/** Runs the {@code prepare} job, which makes a data set of record files out of images. */
package io.semimeta.prepare;
