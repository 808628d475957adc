/** What a person at the driver's terminal sees. */
package io.semimeta.console;
