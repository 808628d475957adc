/** What a person at the driver's terminal sees of the work. */
package io.semimeta.console;
