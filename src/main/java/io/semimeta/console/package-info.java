/** This package shows the work to a person at the driver's terminal. */
package io.semimeta.console;
