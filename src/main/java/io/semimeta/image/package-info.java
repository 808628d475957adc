/** Reads one encoded image: its header, its pixels by OpenCV, and what the network sees of it. */
package io.semimeta.image;
