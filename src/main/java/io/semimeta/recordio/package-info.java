/**
 * This package reads, writes and verifies record files (MXNet's RecordIO) with their indices and
 * sidecars, and has the RDDs by which executors read them.
 */
package io.semimeta.recordio;
