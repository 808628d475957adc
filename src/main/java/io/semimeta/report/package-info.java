/** This package reads what a run left, and makes the page that shows it to people. */
package io.semimeta.report;
