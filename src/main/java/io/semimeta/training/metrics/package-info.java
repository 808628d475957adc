/** This package writes what a run measures: figures for programs, TensorBoard and people. */
package io.semimeta.training.metrics;
