/** This package demonstrates three methods on the same few labels, with images from the jar. */
package io.semimeta.demo;
