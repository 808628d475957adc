/**
 * This package measures how fast one rank's step and its parts are, predictions, the engines side
 * by side, the loading of images, and their preparation.
 */
package io.semimeta.benchmark;
