package io.semimeta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the table of packages in docs/architecture.md against the compiled classes. */
class ArchitectureTest {
  private static final Path DOCUMENT = Path.of("docs", "architecture.md");
  private static final String BASE = "io.semimeta.";
  private static final Pattern ROW =
      Pattern.compile("\\| `([a-z.]+)` \\|[^|]*\\| ([^|]*) \\| ([^|]*) \\|");
  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?io\\.semimeta\\.([a-z.]+)\\.[A-Z]", Pattern.MULTILINE);
  private static final Pattern USE = Pattern.compile("\\s+(\\S+)\\s+->\\s+(\\S+)\\s.*");
  private static final Map<String, String> LIBRARIES =
      Map.of(
          "org.apache.spark", "Spark",
          "org.bytedeco.pytorch", "libtorch",
          "org.bytedeco.opencv", "OpenCV");

  private static final Map<String, Row> TABLE = new LinkedHashMap<>();
  private static final Map<String, Row> ACTUAL = new TreeMap<>();

  private record Row(Set<String> libraries, Set<String> uses) {
    Row() {
      this(new TreeSet<>(), new TreeSet<>());
    }
  }

  @BeforeAll
  static void read() throws IOException {
    for (String line : Files.readAllLines(DOCUMENT)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        TABLE.put(row.group(1), new Row(names(row.group(2)), names(row.group(3))));
      }
    }
    StringWriter out = new StringWriter();
    PrintWriter printer = new PrintWriter(out);
    int status =
        ToolProvider.findFirst("jdeps")
            .orElseThrow()
            .run(
                printer,
                printer,
                "-verbose:package",
                "-filter:none",
                "--ignore-missing-deps",
                "--multi-release",
                "base",
                classes());
    assertEquals(0, status, out.toString());
    out.toString()
        .lines()
        .map(USE::matcher)
        .filter(Matcher::matches)
        .forEach(ArchitectureTest::add);
  }

  /** Returns where the classes lie, which the build for Spark 4 has elsewhere. */
  private static String classes() {
    return UserError.class.getProtectionDomain().getCodeSource().getLocation().getPath();
  }

  private static Set<String> names(String cell) {
    Set<String> names = new TreeSet<>(List.of(cell.replace("`", "").split(", ")));
    names.remove("–");
    return names;
  }

  private static void add(Matcher use) {
    if (!use.group(1).startsWith(BASE)) {
      return;
    }
    String user = use.group(1).substring(BASE.length());
    String used = use.group(2);
    Row row = ACTUAL.computeIfAbsent(user, name -> new Row());
    if (used.startsWith(BASE) && !used.equals(use.group(1))) {
      row.uses().add(used.substring(BASE.length()));
    }
    LIBRARIES.forEach(
        (prefix, library) -> {
          if (used.startsWith(prefix)) {
            row.libraries().add(library);
          }
        });
  }

  @Test
  void theTableSaysWhoUsesWhom() {
    assertTrue(TABLE.size() > 20, TABLE.keySet().toString());
    Map<String, Row> expected = new TreeMap<>(TABLE);
    if (!ACTUAL.containsKey("bigdl")) {
      expected.remove("bigdl");
    }
    assertEquals(lines(expected), lines(ACTUAL));
  }

  private static String lines(Map<String, Row> rows) {
    return rows.entrySet().stream().map(Object::toString).collect(Collectors.joining("\n"));
  }

  @Test
  void noPackageUsesOneAboveIt() {
    List<String> order = new ArrayList<>(TABLE.keySet());
    ACTUAL.forEach(
        (user, row) ->
            row.uses()
                .forEach(
                    used ->
                        assertTrue(
                            order.indexOf(used) > order.indexOf(user),
                            user + " uses " + used + ", which is above it")));
  }

  /** The paper's step is to be read, tested and used without a cluster. */
  @Test
  void theAlgorithmKnowsNoSpark() {
    Set<String> reached = new TreeSet<>();
    List<String> open = new ArrayList<>(List.of("algorithm"));
    while (!open.isEmpty()) {
      String next = open.remove(open.size() - 1);
      if (reached.add(next) && ACTUAL.containsKey(next)) {
        assertFalse(ACTUAL.get(next).libraries().contains("Spark"), next + " uses Spark");
        open.addAll(ACTUAL.get(next).uses());
      }
    }
  }

  /** A link in a comment leaves no trace in the classes, but its import is read by people. */
  @Test
  void noSourceImportsFromAbove() throws IOException {
    List<String> order = new ArrayList<>(TABLE.keySet());
    for (String name : order) {
      for (Path file : sources(name)) {
        IMPORT
            .matcher(Files.readString(file))
            .results()
            .map(found -> found.group(1))
            .filter(order::contains)
            .forEach(
                used ->
                    assertTrue(
                        order.indexOf(used) >= order.indexOf(name), file + " imports " + used));
      }
    }
  }

  @Test
  void noPackageIsTooLarge() throws IOException {
    for (String name : TABLE.keySet()) {
      long lines = 0;
      for (Path file : sources(name)) {
        lines += Files.readAllLines(file).size();
      }
      assertTrue(lines > 0 && lines <= 3000, name + " has " + lines + " lines");
    }
  }

  private static List<Path> sources(String name) throws IOException {
    for (String root : List.of("src/main/java", "src/bigdl/java")) {
      Path folder = Path.of(root, (BASE + name).replace('.', '/'));
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.list(folder)) {
          return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
      }
    }
    throw new AssertionError("no package " + name);
  }
}
