/**
 * Networks as functions of one flat vector of parameters; libtorch, and neither Spark nor files but
 * the temporary ones that libtorch reads and writes TorchScript through.
 */
package io.semimeta.model;
