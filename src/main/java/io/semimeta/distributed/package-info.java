/** Ranks on executors: the one place where Spark and libtorch meet. */
package io.semimeta.distributed;
