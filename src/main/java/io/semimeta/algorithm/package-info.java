/** The paper's step and its baselines, on one flat vector; no Spark and no files. */
package io.semimeta.algorithm;
