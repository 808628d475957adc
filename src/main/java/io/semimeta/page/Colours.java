package io.semimeta.page;

import java.util.List;

/**
 * Holds a page's colours for light and for dark surroundings. The first eight of a chart are Okabe
 * and Ito's, each darker on white and lighter on black as far as thin lines need it. Drawings name
 * the light ones in their attributes, so that a viewer without style sheets shows them too; the
 * style sheet replaces each by its dark partner.
 */
final class Colours {
  static final String INK = "#1f2328";
  static final String MUTED = "#5a6470";
  static final String LINE = "#d8dee4";
  static final String PAPER = "#ffffff";
  static final String PANEL = "#f6f8fa";
  static final String BLUE = "#0072b2";
  static final String VERMILLION = "#d55e00";

  /**
   * Holds a colour.
   *
   * @param light its value on white
   * @param dark its value on black
   */
  private record Pair(String light, String dark) {}

  private static final List<String> NAMES = List.of("ink", "muted", "line", "paper", "panel");

  private static final List<Pair> SURFACES =
      List.of(
          new Pair(INK, "#e6e9ec"),
          new Pair(MUTED, "#9ba5b0"),
          new Pair(LINE, "#343c45"),
          new Pair(PAPER, "#14181d"),
          new Pair(PANEL, "#1c2228"));

  private static final List<Pair> CURVES =
      List.of(
          new Pair(BLUE, "#56b4e9"),
          new Pair(VERMILLION, "#f08a45"),
          new Pair("#008a65", "#2fc598"),
          new Pair("#b3558a", "#e0a0c6"),
          new Pair("#a86f00", "#e6ab2e"),
          new Pair("#2f8fc4", "#9fd8f7"),
          new Pair("#6e6e6e", "#b4b4b4"),
          new Pair("#7a5aa8", "#b59ce0"));

  private Colours() {}

  /** Returns the colour of a chart's curve, by its number; after the last comes the first again. */
  static String of(int index) {
    return CURVES.get(index % CURVES.size()).light;
  }

  /** Returns the definitions of the style sheet's variables. */
  static String variables(boolean dark) {
    StringBuilder variables = new StringBuilder();
    for (int i = 0; i < NAMES.size(); i++) {
      Pair pair = SURFACES.get(i);
      variables.append("--").append(NAMES.get(i)).append(':');
      variables.append(dark ? pair.dark : pair.light).append(';');
    }
    return variables.toString();
  }

  /** Returns the rules that give each colour of a drawing its dark partner. */
  static String darkRules() {
    StringBuilder rules = new StringBuilder();
    for (List<Pair> pairs : List.of(SURFACES, CURVES)) {
      for (Pair pair : pairs) {
        for (String attribute : List.of("fill", "stroke")) {
          rules.append("[%1$s=\"%2$s\"]{%1$s:%3$s}\n".formatted(attribute, pair.light, pair.dark));
        }
      }
    }
    return rules.toString();
  }
}
