/** What a person sees of the work: at the driver's terminal, and in Spark's UI. */
package io.semimeta.console;
