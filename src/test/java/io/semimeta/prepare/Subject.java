package io.semimeta.prepare;

import java.nio.file.Path;

/**
 * A file, and what reads it.
 *
 * @param head bytes at its begin that tell the most of it
 * @param checked whether checksums cover it, so that no other contents may be read from it
 * @param name by which messages call it; empty where they don't know it
 */
record Subject(Path file, int head, boolean checked, String name, Parser parser) {

  /** Reads the file. */
  @FunctionalInterface
  interface Parser {
    /** What is in it, as text that is equal where the contents are. */
    String parse() throws Exception;
  }

  @Override
  public String toString() {
    return file.getParent().getFileName() + "/" + file.getFileName();
  }
}
