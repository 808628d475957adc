/**
 * What a prepared data set is: its manifest, where its records are, and which of its images are
 * labelled, set aside for validation and unlabelled.
 */
package io.semimeta.data;
