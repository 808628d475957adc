/**
 * This package describes the cluster that a run is on: master, settings, executors' cores and
 * memory, and what a rank needs of them.
 */
package io.semimeta.cluster;
