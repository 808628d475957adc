package io.semimeta.comparison;

import io.semimeta.OptionName;

/** Says which errors are compared, which are never of both kinds. */
public enum ErrorKind {
  TEST,
  VALIDATION;

  @Override
  public String toString() {
    return OptionName.of(this);
  }
}
