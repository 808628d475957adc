/** This package maps feature vectors to the plane: PCA and exact t-SNE, in plain Java. */
package io.semimeta.embedding;
