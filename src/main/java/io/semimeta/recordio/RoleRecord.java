package io.semimeta.recordio;

import io.semimeta.data.ImageRecord;
import java.io.Serializable;

/** An image and what it is for. */
public record RoleRecord(Role role, ImageRecord record) implements Serializable {}
