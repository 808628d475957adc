/** This package writes what a run measures: metrics for programs, TensorBoard and people. */
package io.semimeta.training.metrics;
