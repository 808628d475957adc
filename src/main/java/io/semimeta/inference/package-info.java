/**
 * This package is a checkpoint's network at work: in tasks, a batch of images at a time, one
 * network a JVM.
 */
package io.semimeta.inference;
