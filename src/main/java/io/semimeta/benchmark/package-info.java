/**
 * This package measures how fast one rank's step and its parts are, predictions, the engines side
 * by side, and the loading of images.
 */
package io.semimeta.benchmark;
