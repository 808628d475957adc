/** What a run tells of itself while it goes on: figures for programs, TensorBoard and people. */
package io.semimeta.training.metrics;
