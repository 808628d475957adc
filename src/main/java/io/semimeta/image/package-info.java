/** One encoded image: its header, its pixels by OpenCV, its size for the network. */
package io.semimeta.image;
