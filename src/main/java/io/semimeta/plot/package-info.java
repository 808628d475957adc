/**
 * This package draws figures as SVG, PDF and PNG, which look the same and need no installed font.
 */
package io.semimeta.plot;
