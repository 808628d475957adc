/** Unpacks libtorch's and OpenCV's libraries, and loads them. */
package io.semimeta.natives;
