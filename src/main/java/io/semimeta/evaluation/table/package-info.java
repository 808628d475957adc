/** The folder of a table of predictions, which appears whole. */
package io.semimeta.evaluation.table;
