package io.semimeta.page;

import io.semimeta.page.Blocks.Tile;
import io.semimeta.page.Pictures.Picture;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Makes a page with every kind of part, and a class whose name would be a script. */
final class TestPages {
  static final String SCRIPT = "<script>alert(1)</script>";

  /** One grey pixel. */
  private static final byte[] PNG =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJg"
                  + "gg==");

  private TestPages() {}

  static Page everything() {
    List<String> classes = List.of(SCRIPT, "b \"&' \u202e", "c");
    Curve curve = new Curve(new double[] {0, 1, 2, 3}, new double[] {1, Double.NaN, 3, 2});
    return new Page("Run " + SCRIPT, "lead & " + SCRIPT)
        .section("", Blocks.tiles(List.of(new Tile("1 %", SCRIPT, "remark"))))
        .section(
            "Curves " + SCRIPT,
            Blocks.beside(
                List.of(
                    new LineChart("errors " + SCRIPT, SCRIPT)
                        .add(Series.smoothed(SCRIPT, curve, 2))
                        .add(Series.of("b", curve)))))
        .section(
            "Classes",
            new DataTable("class", SCRIPT).row(SCRIPT, 1),
            new ConfusionGrid(classes, new long[][] {{5, 1, 0}, {0, 9, 2}, {0, 0, 0}}),
            new ReliabilityDiagram(
                List.of(
                    new ReliabilityDiagram.Bin(0, 0.5, 0, Double.NaN, Double.NaN),
                    new ReliabilityDiagram.Bin(0.5, 1, 4, 0.8, 0.75))),
            new Pictures(
                List.of(
                    new Picture(PNG, 1, List.of(SCRIPT), SCRIPT),
                    new Picture(null, 0, List.of("b"), "id 2"))))
        .section(
            "Rest",
            Blocks.paragraph(SCRIPT),
            Blocks.note(SCRIPT),
            Blocks.heading(SCRIPT),
            Blocks.command(SCRIPT),
            Blocks.facts(Map.of(SCRIPT, SCRIPT)),
            Blocks.details(SCRIPT, Blocks.paragraph(SCRIPT)))
        .foot(SCRIPT);
  }
}
