/** This package holds the groups of options that several commands share. */
package io.semimeta.cli.options;
