/** Where libtorch's and OpenCV's libraries are unpacked, and how they are loaded. */
package io.semimeta.natives;
