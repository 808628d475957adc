/** Computes the paper's step and its baselines on one flat vector; uses neither Spark nor files. */
package io.semimeta.algorithm;
