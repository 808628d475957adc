/**
 * This package has a training run's parts and its loop on one rank; it knows no engine or Spark.
 */
package io.semimeta.training;
