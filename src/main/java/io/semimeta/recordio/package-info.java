/**
 * Record files (MXNet's RecordIO): reader and writer, the {@code prepare} job that makes a data set
 * of them, and the RDDs by which executors read them again.
 */
package io.semimeta.recordio;
