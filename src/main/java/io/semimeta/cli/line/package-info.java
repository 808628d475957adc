/** This package takes the line that a user typed apart, and shows such lines to people. */
package io.semimeta.cli.line;
