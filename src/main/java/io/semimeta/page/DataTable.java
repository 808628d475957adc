package io.semimeta.page;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Is a table with headings; columns of numbers are set flush right. */
public final class DataTable implements Block {
  private static final Pattern NUMBER = Pattern.compile("[-+±<]?[ ]?[0-9][0-9,.e+-]*( %| ±.*)?|–");

  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  /** Makes a table without rows. */
  public DataTable(String... headings) {
    this.headings = List.of(headings);
  }

  /** Makes a table without rows. */
  public DataTable(List<String> headings) {
    this.headings = List.copyOf(headings);
  }

  /** Adds a row, with a cell for each heading. */
  public DataTable row(Object... cells) {
    return row(Arrays.asList(cells));
  }

  /** Adds a row. */
  public DataTable row(List<?> cells) {
    if (cells.size() != headings.size()) {
      throw new IllegalArgumentException(cells.size() + " cells, " + headings.size() + " headings");
    }
    rows.add(cells.stream().map(String::valueOf).toList());
    return this;
  }

  /** Tells whether there are no rows. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  private boolean isNumeric(int column) {
    return !rows.isEmpty()
        && rows.stream().allMatch(row -> NUMBER.matcher(row.get(column)).matches());
  }

  @Override
  public void writeTo(Html html) {
    List<String> kinds = new ArrayList<>();
    html.open("div", "class", "scroll").open("table").open("thead").open("tr");
    for (int column = 0; column < headings.size(); column++) {
      kinds.add(isNumeric(column) ? "n" : null);
      html.leaf("th", headings.get(column), "scope", "col", "class", kinds.get(column));
    }
    html.close().close().open("tbody");
    for (List<String> row : rows) {
      html.open("tr");
      for (int column = 0; column < row.size(); column++) {
        html.leaf("td", row.get(column), "class", kinds.get(column));
      }
      html.close().line();
    }
    html.close().close().close().line();
  }
}
