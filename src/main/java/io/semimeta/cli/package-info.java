/**
 * The command line. {@link io.semimeta.cli.SemiMeta} is the program that Spark runs, one class per
 * subcommand; {@link io.semimeta.cli.Submit} turns a line of {@code bin/semimeta} into one of
 * {@code spark-submit}. No logic of the method lives here, and nothing else ends the virtual
 * machine.
 */
package io.semimeta.cli;
