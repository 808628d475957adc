/**
 * Networks as functions of one flat vector of parameters; libtorch, and neither Spark nor files.
 */
package io.semimeta.model;
