/**
 * This package is the door of Spark ML: an estimator that trains on the images of a table, in
 * sessions of others.
 */
package io.semimeta.ml;
