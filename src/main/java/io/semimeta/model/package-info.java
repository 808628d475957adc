/**
 * Makes networks functions of one flat vector of parameters. It uses libtorch, but no Spark, and no
 * files except temporary ones through which libtorch reads and writes TorchScript.
 */
package io.semimeta.model;
