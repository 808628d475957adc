package io.semimeta.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Shows pages in a headless Chromium and tells what it asked for and what it complained of, by the
 * DevTools protocol.
 */
final class Chromium implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final WebSocket socket;
  private final LinkedBlockingQueue<JsonNode> heard = new LinkedBlockingQueue<>();
  private final List<String> requests = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();
  private final String session;
  private int calls;

  /**
   * Starts a browser.
   *
   * @param program Debian's chromium, or another
   * @param folder an empty folder for its profile
   */
  Chromium(String program, Path folder) throws Exception {
    process =
        new ProcessBuilder(
                program,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--user-data-dir=" + folder,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("chromium.log").toFile())
            .start();
    List<String> port = port(folder.resolve("DevToolsActivePort"));
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create("ws://127.0.0.1:" + port.get(0) + port.get(1)), new Listener())
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    String target =
        call(null, "Target.createTarget", "url", "about:blank").path("targetId").asText();
    session =
        call(null, "Target.attachToTarget", "targetId", target, "flatten", true)
            .path("sessionId")
            .asText();
    for (String domain : List.of("Network", "Runtime", "Log", "Page")) {
      call(session, domain + ".enable");
    }
  }

  private List<String> port(Path file) throws Exception {
    for (int i = 0; i < PATIENCE_SECONDS * 10; i++) {
      if (Files.exists(file) && Files.readAllLines(file).size() == 2) {
        return Files.readAllLines(file);
      }
      if (!process.isAlive()) {
        break;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new IOException("no DevTools: " + Files.readString(file.resolveSibling("chromium.log")));
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        try {
          heard.add(JSON.readTree(text.toString()));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        text.setLength(0);
      }
      from.request(1);
      return CompletableFuture.completedFuture(null);
    }
  }

  private JsonNode call(String of, String method, Object... parameters) throws Exception {
    ObjectNode message = JSON.createObjectNode().put("id", ++calls).put("method", method);
    if (of != null) {
      message.put("sessionId", of);
    }
    ObjectNode values = message.putObject("params");
    for (int i = 0; i < parameters.length; i += 2) {
      values.set(parameters[i].toString(), JSON.valueToTree(parameters[i + 1]));
    }
    socket.sendText(message.toString(), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    while (true) {
      JsonNode answer = next();
      if (answer.path("id").asInt() == calls) {
        if (answer.has("error")) {
          throw new IOException(method + ": " + answer.get("error"));
        }
        return answer.path("result");
      }
    }
  }

  private JsonNode next() throws Exception {
    JsonNode one = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (one == null) {
      throw new IOException("Chromium does not answer");
    }
    JsonNode about = one.path("params");
    switch (one.path("method").asText()) {
      case "Network.requestWillBeSent" -> requests.add(about.at("/request/url").asText());
      case "Runtime.exceptionThrown" -> errors.add(about.path("exceptionDetails").toString());
      case "Runtime.consoleAPICalled" -> {
        if (about.path("type").asText().equals("error")) {
          errors.add(about.path("args").toString());
        }
      }
      case "Log.entryAdded" -> {
        if (about.at("/entry/level").asText().equals("error")) {
          errors.add(about.at("/entry/text").asText());
        }
      }
      default -> {}
    }
    return one;
  }

  /**
   * Shows a page, and hears of it for a moment after it has loaded.
   *
   * @param dark whether the reader wants dark pages
   */
  void show(Path page, boolean dark) throws Exception {
    requests.clear();
    errors.clear();
    List<ObjectNode> wish =
        List.of(
            JSON.createObjectNode()
                .put("name", "prefers-color-scheme")
                .put("value", dark ? "dark" : "light"));
    call(session, "Emulation.setEmulatedMedia", "features", wish);
    call(session, "Page.navigate", "url", page.toUri().toString());
    for (boolean loaded = false; !loaded; ) {
      loaded = next().path("method").asText().equals("Page.loadEventFired");
    }
    evaluate("new Promise(done => setTimeout(done, 300))");
  }

  /** Returns what an expression comes to on the page that is shown. */
  String evaluate(String expression) throws Exception {
    return call(
            session,
            "Runtime.evaluate",
            "expression",
            expression,
            "awaitPromise",
            true,
            "returnByValue",
            true)
        .at("/result/value")
        .asText();
  }

  /** Lists what the page asked for; what it holds itself ({@code data:}) is no request. */
  List<String> requests() {
    return requests.stream().filter(url -> !url.startsWith("data:")).toList();
  }

  /** Lists errors on the console, exceptions, and what the content policy refused. */
  List<String> errors() {
    return List.copyOf(errors);
  }

  @Override
  public void close() throws Exception {
    socket.abort();
    process.destroy();
    process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
