package io.semimeta.format;

import org.apache.hadoop.fs.Path;

/**
 * Says where a source's files are, and what of them is wanted.
 *
 * @param input folder, archive or file of the images
 * @param testInput where the test split is, or null when it is in the input or nowhere
 * @param classNames a text file of class names, one on each line, or null; for {@link
 *     SourceFormat#IDX} and {@link SourceFormat#MXNET}, and for {@link SourceFormat#IMAGENET} in
 *     the order of the classes
 * @param extra whether {@link SourceFormat#SVHN}'s additional training images are wanted
 */
public record SourceOptions(Path input, Path testInput, Path classNames, boolean extra) {}
