/** This package measures how fast the engines are, side by side, and how fast images are loaded. */
package io.semimeta.benchmark;
