/** What a person reads of a command while it works and at its end. */
package io.semimeta.cli.summary;
