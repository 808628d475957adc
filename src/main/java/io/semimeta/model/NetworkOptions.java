package io.semimeta.model;

import java.io.Serializable;

/**
 * Says what a network is made for.
 *
 * @param classes how many classes it tells apart
 * @param channels channels of its input images: 1 or 3
 * @param width factor on the paper's channel counts; 1 is the paper's
 * @param dropout probability that a channel is dropped, where the architecture has dropout
 */
public record NetworkOptions(int classes, int channels, double width, double dropout)
    implements Serializable {}
