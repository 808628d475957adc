package io.semimeta.page;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {
  private static final Pattern PATH = Pattern.compile("<path d=\"(M[^\"]*)\"[^>]*stroke-linejoin");

  @Test
  void textIsNeverMarkup() {
    String html = TestPages.everything().toHtml();
    assertFalse(html.contains("<script"), html);
    assertTrue(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assertTrue(html.contains("b &quot;&amp;&apos; \\u202e"), "a direction mark is shown as text");
    String places = html.replace("http://www.w3.org/2000/svg", ""); // the name of a format
    assertFalse(places.matches("(?s).*https?://.*"), "no other place is named");
    assertEquals(
        "<p title=\"a&lt;&quot;\">a&amp;b</p>",
        new Html().leaf("p", "a&b", "title", "a<\"").toString());
  }

  @Test
  void aPageIsWellFormed() throws Exception {
    String html = TestPages.everything().toHtml();
    String xml = html.replaceFirst("<!DOCTYPE html>", "");
    String root =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new java.io.ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)))
            .getDocumentElement()
            .getTagName();
    assertEquals("html", root);
    assertTrue(
        html.indexOf("Content-Security-Policy") < html.indexOf("<style>"),
        "the policy comes first");
    assertArrayEquals(html.getBytes(StandardCharsets.UTF_8), TestPages.everything().toBytes());
  }

  @Test
  void aPageIsTheSameInAnyLanguage() {
    String expected = TestPages.everything().toHtml();
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertEquals(expected, TestPages.everything().toHtml());
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void whatCouldRunOrLoadIsRefused() {
    Html html = new Html();
    assertThrows(IllegalArgumentException.class, () -> html.open("script"));
    assertThrows(IllegalArgumentException.class, () -> html.open("p><b"));
    assertThrows(IllegalArgumentException.class, () -> html.empty("img", "onerror", "x"));
    assertThrows(IllegalArgumentException.class, () -> html.empty("img", "src", "http://a/b.png"));
    assertThrows(
        IllegalArgumentException.class, () -> html.empty("img", "src", "data:text/html,<b>"));
    assertThrows(IllegalStateException.class, () -> new Html().open("p").toString());
  }

  private static List<String> paths(LineChart chart) {
    Html html = new Html();
    chart.writeTo(html);
    List<String> paths = new ArrayList<>();
    Matcher found = PATH.matcher(html.toString());
    while (found.find()) {
      paths.add(found.group(1));
    }
    return paths;
  }

  private static Curve curve(double... values) {
    return new Curve(IntStream.range(0, values.length).asDoubleStream().toArray(), values);
  }

  @Test
  void valuesThatAreNotFiniteLeaveGaps() {
    LineChart chart =
        new LineChart("a", "step")
            .add(Series.of("a", curve(1, 2, Double.NaN, 4, Double.POSITIVE_INFINITY, 3, 3)));
    String path = paths(chart).get(0);
    assertEquals(3, path.chars().filter(one -> one == 'M').count(), path);
    assertEquals(2, path.chars().filter(one -> one == 'L').count(), path);
    assertTrue(path.contains("h0"), "the point between two gaps is a dot: " + path);
    assertFalse(path.contains("NaN") || path.contains("Infinity"), path);
  }

  @Test
  void aSeriesWithoutValuesIsLeftOut() {
    LineChart chart = new LineChart("a", "step").add(Series.of("a", curve(Double.NaN)));
    assertTrue(chart.isEmpty());
    assertEquals(List.of(), paths(chart));
    assertEquals(1, paths(chart.add(Series.of("b", curve(5)))).size(), "one point is drawn");
  }

  @Test
  void aLogarithmicAxisHasNoPlaceForZeroAndLess() {
    LineChart some = new LineChart("a", "step").logarithmic().add(Series.of("a", curve(1, 100)));
    assertEquals(List.of("M52 202L466 10"), paths(some));
    Axis axis = Axis.logarithmic(1, 100);
    assertEquals(0.5, axis.at(10), 1e-12);
    assertTrue(Double.isNaN(axis.at(0)) && Double.isNaN(axis.at(-1)));
  }

  @Test
  void manyPointsAreThinnedToTheirExtremes() {
    double[] values = new double[100_000];
    Arrays.setAll(values, i -> Math.sin(i / 50.0));
    values[77_777] = 9;
    values[33_333] = -9;
    Curve thin = curve(values).thinned(400);
    assertEquals(400, thin.x().length);
    assertEquals(9, Arrays.stream(thin.y()).max().orElseThrow());
    assertEquals(-9, Arrays.stream(thin.y()).min().orElseThrow());
    assertTrue(IntStream.range(1, 400).allMatch(i -> thin.x()[i] >= thin.x()[i - 1]));
    List<Curve> runs = IntStream.range(0, 100).mapToObj(i -> curve(values)).toList();
    Html html = new Html();
    new LineChart("a", "step").add(new Series("a", curve(values), runs)).writeTo(html);
    assertTrue(html.toString().length() < 100_000, html.toString().length() + " characters");
  }

  @Test
  void meansAreOverAWindowAndKeepGaps() {
    Curve means = curve(1, 3, Double.NaN, 5, 7).smoothed(3);
    assertArrayEquals(new double[] {2, 2, Double.NaN, 6, 6}, means.y());
    assertThrows(IllegalArgumentException.class, () -> new Curve(new double[2], new double[] {1}));
  }

  /** Ranges in which there is no 1, 2 or 5 of any decade, or one. */
  @ParameterizedTest
  @CsvSource({"2.1, 4.9", "0.55, 0.95", "1.1, 1.9", "0.3, 0.48", "0.9, 1.5", "0.7, 0.7"})
  void aShortLogarithmicAxisHasMarksToo(double from, double to) {
    Axis axis = Axis.logarithmic(from, to);
    assertTrue(axis.ticks().size() >= 2, axis::toString);
    axis.ticks().forEach(tick -> assertTrue(axis.at(tick.doubleValue()) > -1e-6, axis::toString));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 2000, 0 500 1000 1500 2000",
    "0, 1, 0 0.2 0.4 0.6 0.8 1.0",
    "0.031, 0.049, 0.03 0.035 0.040 0.045 0.050",
    "-7, 12, -10 -5 0 5 10 15"
  })
  void roundAxesHaveRoundMarks(double from, double to, String ticks) {
    Axis axis = Axis.round(from, to);
    List<BigDecimal> expected = Arrays.stream(ticks.split(" ")).map(BigDecimal::new).toList();
    assertEquals(expected.size(), axis.ticks().size(), axis.toString());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(0, expected.get(i).compareTo(axis.ticks().get(i)), axis.toString());
    }
    assertTrue(axis.from() <= from && axis.to() >= to, axis.toString());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -3, 1e-30, 1e30})
  void anAxisOfOneValueHasARange(double value) {
    Axis axis = Axis.round(value, value);
    assertTrue(axis.from() <= value && axis.to() >= value && axis.to() > axis.from());
    assertTrue(axis.ticks().size() >= 2 && axis.ticks().size() < 12, axis.toString());
  }

  @Test
  void numbersAreShort() {
    assertEquals("0.0012", Numbers.significant(0.0012, 3));
    assertEquals("1.2e-7", Numbers.significant(1.2e-7, 3));
    assertEquals("12,300", Numbers.significant(12_345, 3));
    assertEquals("0", Numbers.significant(0, 3));
    assertEquals("–", Numbers.significant(Double.NaN, 3));
    assertEquals("33.5 %", Numbers.percent(0.33512, 1));
    assertEquals("–", Numbers.percent(null, 1));
  }

  @Test
  void columnsOfNumbersAreFlushRight() {
    Html html = new Html();
    new DataTable("class", "error").row("1 a", "3.0 %").row("2", "–").writeTo(html);
    assertTrue(html.toString().contains("<th scope=\"col\">class</th>"), html.toString());
    assertTrue(html.toString().contains("<td class=\"n\">3.0 %</td>"), html.toString());
    assertThrows(IllegalArgumentException.class, () -> new DataTable("a").row(1, 2));
  }

  @Test
  void emptyBinsHaveNoBars() {
    Html html = new Html();
    new ReliabilityDiagram(
            List.of(
                new ReliabilityDiagram.Bin(0, 0.5, 0, Double.NaN, Double.NaN),
                new ReliabilityDiagram.Bin(0.5, 1, 4, 0.8, 0)))
        .writeTo(html);
    assertEquals(2, html.toString().split("<rect", -1).length - 1, "a bar and its count");
    assertFalse(html.toString().contains("NaN"));
  }

  @Test
  void theMatrixHasCountsAndSharesOfRows() {
    Html html = new Html();
    new ConfusionGrid(List.of("a", "a very long name of a class"), new long[][] {{3, 1}, {0, 0}})
        .writeTo(html);
    String text = html.toString();
    assertTrue(text.contains(">3</text>") && text.contains(">75 %</text>"), text);
    assertTrue(text.contains(">1</text>") && text.contains(">25 %</text>"), text);
    assertFalse(text.contains(">0</text>"), "nothing is written where there is nothing");
    assertTrue(text.contains("<title>a very long name of a class</title>"), text);
  }
}
