/**
 * What every Spark job of this program does: it holds the lease of its output, watches for hosts
 * that are of no use, and has a name in Spark's UI.
 */
package io.semimeta.jobs;
