package io.semimeta.algorithm;

/**
 * Holds the schedule's values for one step.
 *
 * @param learningRate learning rate of the optimizer and of the pseudo-labels' own step
 * @param consistencyWeight factor of the consistency loss
 */
public record StepSettings(double learningRate, double consistencyWeight) {}
