package io.semimeta.data;

import java.io.Serializable;

/** Holds an image and what it is for. */
public record RoleRecord(Role role, ImageRecord record) implements Serializable {}
