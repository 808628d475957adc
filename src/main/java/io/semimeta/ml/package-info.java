/** Trains on the images of a table, as a stage of Spark ML. */
package io.semimeta.ml;
