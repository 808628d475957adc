/** How fast the engines are, side by side. */
package io.semimeta.benchmark;
