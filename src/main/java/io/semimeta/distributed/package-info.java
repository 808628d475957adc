/** Training on executors: the engine, its ranks and how they meet, recovery. */
package io.semimeta.distributed;
