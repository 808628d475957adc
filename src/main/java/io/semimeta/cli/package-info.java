/**
 * The command line lives here. {@link io.semimeta.cli.SemiMeta} is the program that Spark runs,
 * with one class per command. No logic of the method lives here, and only this package and {@code
 * io.semimeta.submit} end the virtual machine.
 */
package io.semimeta.cli;
