/** What a trained network is worth: its errors on a split of a data set, by a Spark job. */
package io.semimeta.evaluation;
