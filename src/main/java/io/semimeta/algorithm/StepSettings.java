package io.semimeta.algorithm;

/**
 * What the schedule says of one step.
 *
 * @param learningRate of the optimizer, and of the pseudo-labels' own step
 * @param consistencyWeight factor of the consistency loss
 */
public record StepSettings(double learningRate, double consistencyWeight) {}
