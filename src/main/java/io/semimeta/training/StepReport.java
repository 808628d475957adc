package io.semimeta.training;

import java.io.Serializable;
import java.util.Map;

/**
 * Figures of one step, means over the ranks.
 *
 * @param step updates made
 * @param values by name, in the order for people
 */
public record StepReport(long step, Map<String, Double> values) implements Serializable {}
