package io.semimeta.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Kubernetes' own API server, scheduler and controllers, and etcd, as processes that listen on
 * loopback alone. It authorizes by roles, has the admission plug-ins of a usual cluster, and keeps
 * a log of who asked for what in one namespace.
 */
final class ControlPlane implements AutoCloseable {
  /** The program that src/test/kubernetes/build makes, or an empty text. */
  static final String PROGRAM = System.getProperty("semimeta.kubernetes", "");

  /** Who may do everything. */
  static final String ADMINISTRATOR = "administrator";

  private static final String SCHEDULER = "system:kube-scheduler";
  private static final String CONTROLLERS = "system:kube-controller-manager";

  /** Holds the next port to try; two JVMs at once begin at different ones. */
  private static final AtomicInteger PORTS =
      new AtomicInteger(20_000 + (int) (ProcessHandle.current().pid() * 50 % 10_000));

  private final Path folder;
  private final Map<String, String> tokens = new HashMap<>();
  private final int port = freePort();
  private final Deque<Process> processes = new ArrayDeque<>();

  /**
   * Holds one request that the API server has answered.
   *
   * @param what the verb and the resource, such as {@code create pods}
   * @param status of the answer, as of HTTP
   */
  record Request(String user, String what, int status) {}

  /**
   * Starts it, and returns when it answers.
   *
   * @param folder for its data, logs and credentials
   * @param namespace whose requests are logged
   * @param nodes the names of the nodes that will register
   * @param users the names of others, who have no rights at first
   */
  ControlPlane(Path folder, String namespace, List<String> nodes, List<String> users)
      throws Exception {
    this.folder = folder;
    List<String> lines = new ArrayList<>();
    lines.add(credentials(ADMINISTRATOR, "system:masters"));
    for (String user : List.of(SCHEDULER, CONTROLLERS)) {
      lines.add(credentials(user, "system:authenticated"));
    }
    for (String user : users) {
      lines.add(credentials(user, "system:authenticated"));
    }
    for (String node : nodes) {
      lines.add(credentials(user(node), "system:nodes"));
    }
    Files.write(folder.resolve("tokens.csv"), lines);
    Files.writeString(
        folder.resolve("audit.yaml"),
        """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived]
        rules:
          - level: Metadata
            namespaces: [%s]
          - level: None
        """
            .formatted(namespace));
    writeKey(folder.resolve("accounts.key"));
    try {
      startAll();
    } catch (Exception | AssertionError e) {
      close();
      throw e;
    }
  }

  /** Returns the user that a node is. */
  static String user(String node) {
    return "system:node:" + node;
  }

  private String credentials(String user, String group) {
    String token = UUID.randomUUID().toString();
    tokens.put(user, token);
    return String.join(",", token, user, user, group);
  }

  /** Accounts' tokens are signed with it. */
  private static void writeKey(Path file) throws IOException, NoSuchAlgorithmException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
    Files.writeString(
        file,
        "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
            .formatted(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)));
  }

  private void startAll() throws IOException, InterruptedException {
    String store = "http://127.0.0.1:" + freePort();
    String peers = "http://127.0.0.1:" + freePort();
    part(
        "etcd",
        "--data-dir=" + folder.resolve("etcd"),
        "--listen-client-urls=" + store,
        "--advertise-client-urls=" + store,
        "--listen-peer-urls=" + peers,
        "--initial-advertise-peer-urls=" + peers,
        "--initial-cluster=default=" + peers,
        "--unsafe-no-fsync");
    part(
        "kube-apiserver",
        "--etcd-servers=" + store,
        "--bind-address=127.0.0.1",
        "--secure-port=" + port,
        // Nobody is to find it by the address that the service "kubernetes" would have.
        "--advertise-address=192.0.2.1",
        "--endpoint-reconciler-type=none",
        "--cert-dir=" + folder.resolve("certificates"),
        "--token-auth-file=" + folder.resolve("tokens.csv"),
        "--service-cluster-ip-range=10.96.0.0/16",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-signing-key-file=" + folder.resolve("accounts.key"),
        "--service-account-key-file=" + folder.resolve("accounts.key"),
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--audit-policy-file=" + folder.resolve("audit.yaml"),
        "--audit-log-path=" + folder.resolve("audit.log"));
    awaitReady();
    part(
        "kube-controller-manager",
        "--kubeconfig=" + kubeconfig(CONTROLLERS),
        "--secure-port=0",
        "--leader-elect=false",
        "--use-service-account-credentials=true",
        "--service-account-private-key-file=" + folder.resolve("accounts.key"),
        "--root-ca-file=" + certificate());
    part(
        "kube-scheduler",
        "--kubeconfig=" + kubeconfig(SCHEDULER),
        "--secure-port=0",
        "--leader-elect=false");
  }

  private void part(String name, String... options) throws IOException {
    List<String> words = new ArrayList<>(List.of(PROGRAM, name));
    words.addAll(Arrays.asList(options));
    processes.push(
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile())
            .start());
  }

  private void awaitReady() throws IOException, InterruptedException {
    Process server = processes.peek();
    while (!Files.exists(certificate()) || !isReady()) {
      if (!server.isAlive()) {
        throw new AssertionError(Files.readString(folder.resolve("kube-apiserver.log")));
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private boolean isReady() throws IOException, InterruptedException {
    return kubectl(ADMINISTRATOR, "", "get", "--raw", "/readyz").status() == 0;
  }

  /** Returns the address without a slash at its end. */
  String url() {
    return "https://127.0.0.1:" + port;
  }

  /** Returns what the server makes for itself, since it is given none. */
  private Path certificate() {
    return folder.resolve("certificates").resolve("apiserver.crt");
  }

  /** Writes a user's file for kubectl, and returns its place. */
  Path kubeconfig(String user) throws IOException {
    return Files.writeString(
        folder.resolve(user.replace(':', '-') + ".kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        current-context: here
        clusters:
          - name: here
            cluster: {server: "%s", certificate-authority: "%s"}
        users:
          - name: user
            user: {token: "%s"}
        contexts:
          - name: here
            context: {cluster: here, user: user}
        """
            .formatted(url(), certificate(), tokens.get(user)));
  }

  /** Returns a user's client. */
  KubernetesClient client(String user) {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(url())
            .withCaCertFile(certificate().toString())
            .withOauthToken(tokens.get(user))
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /**
   * Holds how a program has ended.
   *
   * @param output both what it said and its errors
   */
  record Outcome(int status, String output) {}

  /** Runs kubectl as a user, with that text as its input. */
  Outcome kubectl(String user, String input, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(PROGRAM, "kubectl"));
    command.addAll(List.of("--kubeconfig", kubeconfig(user).toString()));
    command.addAll(Arrays.asList(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("HOME", folder.toString()); // it keeps a cache there
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output);
  }

  /** Returns all requests of the namespace until now, in their order. */
  List<Request> requests() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Request> requests = new ArrayList<>();
    String text = Files.readString(folder.resolve("audit.log"));
    for (String line :
        (Iterable<String>) text.substring(0, text.lastIndexOf('\n') + 1).lines()::iterator) {
      JsonNode event = json.readTree(line);
      requests.add(
          new Request(
              event.at("/user/username").asText(),
              event.at("/verb").asText() + " " + event.at("/objectRef/resource").asText(),
              event.at("/responseStatus/code").asInt()));
    }
    return requests;
  }

  /**
   * Returns a port that nobody listens at, each time another one. It lies below those that Linux
   * gives to sockets that ask for any, so that none of them takes it before its program does.
   */
  static int freePort() throws IOException {
    while (true) {
      int port = PORTS.getAndIncrement();
      try (ServerSocket socket = new ServerSocket(port)) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // The next one, then.
      }
    }
  }

  @Override
  public void close() {
    processes.forEach(Process::destroy);
    for (Process process : processes) {
      try {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
