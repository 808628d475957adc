package io.semimeta;

import java.util.Locale;

/** How a choice is spelt on the command line, in files and in messages. */
public final class OptionName {
  private OptionName() {}

  /** The constant's name in kebab case: {@code pseudo-label}. */
  public static String of(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
