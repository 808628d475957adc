/** This package trains on executors: the engine and its ranks, their rendezvous, recovery. */
package io.semimeta.distributed;
