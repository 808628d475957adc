/**
 * This package compares finished runs, by what they left: groups of draws, and their differences.
 */
package io.semimeta.comparison;
