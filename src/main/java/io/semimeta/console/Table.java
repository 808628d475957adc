package io.semimeta.console;

import io.semimeta.Shown;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Lays out a table of plain text for people: columns align, those of numbers to the right. */
public final class Table {
  /** Matches a number, perhaps with thousands separators and a unit, or a missing one's dash. */
  private static final Pattern NUMBER = Pattern.compile("[-+]?\\d[\\d.,e-]*( ?\\S{1,3})?|-");

  private static final String GAP = "  ";

  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... headings) {
    this.headings = Arrays.stream(headings).map(Shown::text).toList();
  }

  /** Adds a row of as many cells as there are headings; whole numbers get thousands separators. */
  public Table row(Object... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + headings);
    }
    rows.add(Arrays.stream(cells).map(Table::text).toList());
    return this;
  }

  private static String text(Object cell) {
    return cell instanceof Integer || cell instanceof Long
        ? Shown.format("%,d", ((Number) cell).longValue())
        : Shown.text(cell);
  }

  /** Returns the lines, headings first, joined by line feeds; none follows the last. */
  @Override
  public String toString() {
    StringBuilder[] lines = new StringBuilder[rows.size() + 1];
    Arrays.setAll(lines, i -> new StringBuilder());
    for (int column = 0; column < headings.size(); column++) {
      List<String> cells = new ArrayList<>();
      boolean numeric = !rows.isEmpty();
      cells.add(headings.get(column));
      for (List<String> row : rows) {
        cells.add(row.get(column));
        numeric &= NUMBER.matcher(row.get(column)).matches();
      }
      int width = cells.stream().mapToInt(String::length).max().orElseThrow();
      for (int line = 0; line < lines.length; line++) {
        String padding = " ".repeat(width - cells.get(line).length());
        lines[line]
            .append(column == 0 ? "" : GAP)
            .append(numeric ? padding + cells.get(line) : cells.get(line) + padding);
      }
    }
    return String.join(
        "\n", Arrays.stream(lines).map(line -> line.toString().stripTrailing()).toList());
  }
}
