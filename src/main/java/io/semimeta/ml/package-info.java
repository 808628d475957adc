/** This package is the door of Spark ML: an estimator that trains in a session of others. */
package io.semimeta.ml;
