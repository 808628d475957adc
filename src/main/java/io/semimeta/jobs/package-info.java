/**
 * This package does what every Spark job of this program needs: it holds the lease of its output,
 * watches for hosts that are of no use, and names it in Spark's UI.
 */
package io.semimeta.jobs;
