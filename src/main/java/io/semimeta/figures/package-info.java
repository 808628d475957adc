/** This package draws what networks make of images. */
package io.semimeta.figures;
