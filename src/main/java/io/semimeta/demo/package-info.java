/** The demonstration: three methods on the same few labels, with the images that the jar brings. */
package io.semimeta.demo;
