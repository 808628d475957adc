/** SemiMeta on Spark trains image classifiers from few labels, with meta-gradients. */
package io.semimeta;
