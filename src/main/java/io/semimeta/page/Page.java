package io.semimeta.page;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Composes a page: one HTML file that holds all it shows, runs nothing and asks no other machine
 * for anything, which its content policy has the browser enforce. It follows the reader's choice of
 * light or dark, and can be printed.
 */
public final class Page {
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action"
          + " 'none'";

  private final String title;
  private final String lead;
  private final List<Section> sections = new ArrayList<>();
  private String foot = "";

  /** Holds a part of the page under a heading of its own. */
  private record Section(String heading, List<Block> blocks) {}

  /**
   * Makes an empty page.
   *
   * @param title its title
   * @param lead a line below the title
   */
  public Page(String title, String lead) {
    this.title = title;
    this.lead = lead;
  }

  /** Adds a section; an empty heading is left out. */
  public Page section(String heading, Block... blocks) {
    return section(heading, List.of(blocks));
  }

  /** Adds a section. */
  public Page section(String heading, List<Block> blocks) {
    sections.add(new Section(heading, List.copyOf(blocks)));
    return this;
  }

  /** Sets the line at the page's end. */
  public Page foot(String text) {
    foot = text;
    return this;
  }

  /** Returns the file's contents, in UTF-8. */
  public byte[] toBytes() {
    return toHtml().getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the page as HTML. */
  public String toHtml() {
    Html html = new Html().own("<!DOCTYPE html>\n");
    html.open("html", "lang", "en").line().open("head");
    html.empty("meta", "charset", "utf-8").line();
    html.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY).line();
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.empty("meta", "name", "color-scheme", "content", "light dark");
    html.empty("meta", "name", "referrer", "content", "no-referrer").line();
    html.empty("link", "rel", "icon", "href", "data:image/svg+xml," + Style.ICON).line();
    html.leaf("title", title).line();
    html.open("style").own(Style.sheet()).close().close().line();
    html.open("body").open("main").open("header").leaf("h1", title);
    html.leaf("p", lead, "class", "lead").close().line();
    for (Section section : sections) {
      html.open("section");
      if (!section.heading.isEmpty()) {
        html.leaf("h2", section.heading);
      }
      section.blocks.forEach(block -> block.writeTo(html));
      html.close().line();
    }
    if (!foot.isEmpty()) {
      html.leaf("footer", foot);
    }
    return html.close().close().close().line().toString();
  }
}
