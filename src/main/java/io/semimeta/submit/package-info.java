/**
 * This package checks {@code bin/semimeta}'s line without Spark and becomes {@code spark-submit}.
 */
package io.semimeta.submit;
