/** SemiMeta on Spark: semi-supervised training of image classifiers with meta-gradients. */
package io.semimeta;
