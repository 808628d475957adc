/** This package makes data sets of tables of images. */
package io.semimeta.ml.table;
