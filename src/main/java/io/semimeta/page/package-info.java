/** This package writes pages of figures: one HTML file each, without scripts and without links. */
package io.semimeta.page;
