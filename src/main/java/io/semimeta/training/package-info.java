/**
 * What a training run is, and its loop on one rank; knows neither Spark nor which engine runs it.
 */
package io.semimeta.training;
