/**
 * {@code bin/semimeta}: it checks the command line without Spark and becomes {@code spark-submit}.
 */
package io.semimeta.submit;
