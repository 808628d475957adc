package io.semimeta.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows pages in a browser: they ask for nothing, run nothing and raise no error. */
class BrowserTest {
  private static final String PROGRAM = System.getProperty("semimeta.chromium", "");
  private static final String ELSEWHERE = "http://127.0.0.1:9/planted.png";

  @TempDir private static Path folder;
  private static Chromium browser;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(!PROGRAM.isEmpty(), "skipped: -Dsemimeta.chromium=PATH names no Chromium");
    browser = new Chromium(PROGRAM, Files.createDirectory(folder.resolve("profile")));
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }

  private static Path file(String name, String html) throws Exception {
    return Files.writeString(folder.resolve(name + ".html"), html);
  }

  private static String planted(String markup, boolean policy) {
    String html = TestPages.everything().toHtml().replace("<main>", "<main>" + markup);
    return policy
        ? html
        : html.replaceFirst("<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "");
  }

  @Test
  void aPageAsksForItsFileAloneAndRaisesNoError() throws Exception {
    Path page = file("page", TestPages.everything().toHtml());
    browser.show(page, false);
    assertEquals(List.of(page.toUri().toString()), browser.requests());
    assertEquals(List.of(), browser.errors());
    assertEquals("0", browser.evaluate("document.scripts.length"));
    assertTrue(
        browser.evaluate("document.querySelector('h1').textContent").endsWith(TestPages.SCRIPT));
    assertEquals(
        TestPages.SCRIPT, browser.evaluate("document.querySelector('tbody td').textContent"));
    assertEquals(
        "true", browser.evaluate("[...document.images].every(one => one.naturalWidth == 1)"));
  }

  @Test
  void curvesAndPaperAreDarkForWhoWantsIt() throws Exception {
    Path page = file("colours", TestPages.everything().toHtml());
    String curve =
        "getComputedStyle(document.querySelector('.chart > svg >"
            + " path[stroke=\"#0072b2\"]')).stroke";
    String paper = "getComputedStyle(document.body).backgroundColor";
    browser.show(page, false);
    assertEquals("rgb(0, 114, 178)", browser.evaluate(curve));
    assertEquals("rgb(255, 255, 255)", browser.evaluate(paper));
    browser.show(page, true);
    assertEquals("rgb(86, 180, 233)", browser.evaluate(curve));
    assertEquals("rgb(20, 24, 29)", browser.evaluate(paper));
  }

  @Test
  void plantedErrorsAreFound() throws Exception {
    String script = "<script>console.error('planted'); throw new Error('thrown')</script>";
    browser.show(file("error", planted(script, false)), false);
    String all = browser.errors().toString();
    assertTrue(all.contains("planted") && all.contains("thrown"), all);
    browser.show(file("refused", planted(script, true)), false);
    all = browser.errors().toString();
    assertTrue(all.contains("Content Security Policy") && !all.contains("thrown"), all);
  }

  @Test
  void aPlantedImageIsFound() throws Exception {
    String image = "<img src=\"" + ELSEWHERE + "\">";
    browser.show(file("image", planted(image, false)), false);
    assertTrue(browser.requests().contains(ELSEWHERE), browser.requests().toString());
    browser.show(file("blocked", planted(image, true)), false);
    String all = browser.errors().toString();
    assertTrue(all.contains("Content Security Policy"), all);
  }
}
