/** This package measures a trained network's errors on a split of a data set, by a Spark job. */
package io.semimeta.evaluation;
