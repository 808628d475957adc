/**
 * Describes a prepared data set: its manifest, where its records are, and which of its images are
 * for training with labels, for validation, and for training without labels.
 */
package io.semimeta.data;
