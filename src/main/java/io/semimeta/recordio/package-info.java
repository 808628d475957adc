/**
 * Record files (MXNet's RecordIO) with their indices and sidecars: reader, writer, verification,
 * and the RDDs by which executors read them.
 */
package io.semimeta.recordio;
