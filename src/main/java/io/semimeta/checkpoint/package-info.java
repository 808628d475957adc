/**
 * Stores what a run needs to go on: tensors in the safetensors format, a JSON state, and a manifest
 * that commits them. It knows files and bytes, but neither Spark nor libtorch.
 */
package io.semimeta.checkpoint;
