/** Provides a rank's images while it trains: cached or streamed, augmented, in batches. */
package io.semimeta.loader;
