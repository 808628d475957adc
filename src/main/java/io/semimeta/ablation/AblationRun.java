package io.semimeta.ablation;

import io.semimeta.plan.TrainingRequest;

/**
 * Describes one of several runs that are compared.
 *
 * @param name the name of the run's folder, below that of all
 * @param title the run's name for people
 * @param request the run itself
 */
public record AblationRun(String name, String title, TrainingRequest request) {}
