package io.semimeta;

import java.util.Locale;

/** Spells a choice as the command line, files and messages do. */
public final class OptionName {
  private OptionName() {}

  /** Returns the constant's name in kebab case, such as {@code pseudo-label}. */
  public static String of(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
