/**
 * This package runs what a comparison of methods is made of, run by run, from where it was left.
 */
package io.semimeta.ablation;
