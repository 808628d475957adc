/**
 * The engine on BigDL 2.4's synchronous distributed optimizer lives here. BigDL runs two Spark jobs
 * a step: in the first each executor fetches the weights and leaves its gradient with the block
 * manager, in the second each takes the mean of one slice of the gradients and updates that slice
 * of the weights. Both call into {@link io.semimeta.bigdl.BigDlRank}. See docs/engines.md.
 */
package io.semimeta.bigdl;
