package io.semimeta.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bucket on this machine: moto's server, and before it one that notes each request, answers every
 * so many with 503, and can go away.
 */
final class S3Server implements AutoCloseable {
  static final String BUCKET = "images";

  private static final int UNAVAILABLE_EVERY = 25;
  private static final Set<String> OWN_HEADERS =
      Set.of(
          "connection", "content-length", "date", "expect", "host", "transfer-encoding", "upgrade");
  private static final byte[] SLOW_DOWN =
      "<Error><Code>SlowDown</Code><Message>later</Message></Error>"
          .getBytes(StandardCharsets.UTF_8);

  private final Process moto;
  private final URI store;
  private final HttpServer front;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private final AtomicLong answers = new AtomicLong();
  private volatile Predicate<String> goesAway = request -> false;
  private volatile boolean away;

  /**
   * Starts it, with an empty bucket.
   *
   * @param python that has moto
   */
  S3Server(String python, Path log) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(python, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0");
    builder.environment().put("PYTHONUNBUFFERED", "1");
    moto = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    store = awaitAddress(log);
    front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    front.createContext("/", this::answer);
    front.setExecutor(threads);
    front.start();
    HttpRequest bucket =
        HttpRequest.newBuilder(store.resolve("/" + BUCKET)).PUT(BodyPublishers.noBody()).build();
    int status = client.send(bucket, BodyHandlers.discarding()).statusCode();
    if (status != 200) {
      throw new IOException("no bucket: status " + status);
    }
  }

  private URI awaitAddress(Path log) throws Exception {
    Pattern address = Pattern.compile("Running on (http://[0-9.:]+)");
    while (moto.isAlive()) {
      Matcher matcher = address.matcher(Files.readString(log));
      if (matcher.find()) {
        return URI.create(matcher.group(1));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new IOException(
        "moto's server ended: is moto[s3], with flask, installed? " + Files.readString(log));
  }

  /** For {@code fs.s3a.endpoint}. */
  String endpoint() {
    return "http://127.0.0.1:" + front.getAddress().getPort();
  }

  /** Each as {@code METHOD path?query}, copies as {@code COPY}. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** Answers 503 from the first request of that kind until {@link #comeBack}. */
  void goAwayAt(Predicate<String> request) {
    goesAway = request;
  }

  void comeBack() {
    goesAway = request -> false;
    away = false;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      boolean copies = exchange.getRequestHeaders().containsKey("x-amz-copy-source");
      String request =
          (copies ? "COPY" : exchange.getRequestMethod()) + " " + exchange.getRequestURI();
      requests.add(request);
      if (goesAway.test(request)) {
        away = true;
      }
      if (away || answers.incrementAndGet() % UNAVAILABLE_EVERY == 0) {
        requests.add("503 " + request);
        send(exchange, 503, SLOW_DOWN);
      } else {
        forward(exchange, body);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void forward(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(store.resolve(exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
    boolean head = exchange.getRequestMethod().equals("HEAD");
    response
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (!OWN_HEADERS.contains(lower) || (head && lower.equals("content-length"))) {
                exchange.getResponseHeaders().put(name, values);
              }
            });
    send(exchange, response.statusCode(), response.body());
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean none = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, none ? -1 : body.length);
    if (!none) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  @Override
  public void close() {
    front.stop(0);
    threads.shutdownNow();
    moto.destroy();
  }
}
