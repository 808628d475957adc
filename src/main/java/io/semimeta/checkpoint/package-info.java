/**
 * What a run leaves behind to go on from: tensors in the safetensors format, a JSON state, and a
 * manifest that commits them. Knows files and bytes; neither Spark nor libtorch.
 */
package io.semimeta.checkpoint;
