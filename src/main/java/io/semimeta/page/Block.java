package io.semimeta.page;

/** Is a part of a page. */
@FunctionalInterface
public interface Block {
  /** Writes the part; it closes what it opens. */
  void writeTo(Html html);
}
