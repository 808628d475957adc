package io.semimeta.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * A cluster of a {@link ControlPlane} and nodes of this test's own, with our namespace, and
 * somebody who submits to it with the rights that docs/kubernetes.md names.
 */
final class KubernetesCluster implements AutoCloseable {
  static final Path DEPLOY = Path.of("deploy", "kubernetes");
  static final String NAMESPACE = "semimeta";
  static final String IMAGE = "example/semimeta:1";
  static final String SUBMITTER = "submitter";
  static final String DRIVER = "system:serviceaccount:semimeta:semimeta-driver";

  private static final List<String> NODES = List.of("one", "two");
  private static final String SUBMITTERS_RIGHTS =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: {name: submitter, namespace: semimeta}
      rules:
        - apiGroups: [""]
          resources: [pods, services, configmaps]
          verbs: [create, get, list, watch, patch, delete]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: submitter, namespace: semimeta}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: submitter}
      subjects: [{kind: User, name: submitter, apiGroup: rbac.authorization.k8s.io}]
      """;

  private final Path folder;
  private final ImageFolder image;
  private final ControlPlane plane;
  private final KubernetesClient client;
  private final Map<String, Kubelet> nodes = new LinkedHashMap<>();
  private int submissions;

  /**
   * Starts the control plane and makes the namespace, or skips the test where the control plane has
   * not been built; there is no node yet.
   *
   * @param folder for logs and volumes
   * @param imageFolder for the image's files, on the file system of the build
   */
  static KubernetesCluster start(Path folder, Path imageFolder) throws Exception {
    assumeTrue(
        !ControlPlane.PROGRAM.isEmpty(),
        "skipped: -Dsemimeta.kubernetes=PATH names no program of src/test/kubernetes/build");
    return new KubernetesCluster(folder, imageFolder);
  }

  private KubernetesCluster(Path folder, Path imageFolder) throws Exception {
    this.folder = folder;
    image = new ImageFolder(DEPLOY.resolve("Dockerfile"), Path.of(""), imageFolder);
    plane =
        new ControlPlane(
            Files.createDirectory(folder.resolve("plane")), NAMESPACE, NODES, List.of(SUBMITTER));
    client = plane.client(ControlPlane.ADMINISTRATOR);
    try {
      apply(Files.readString(DEPLOY.resolve("namespace.yaml")));
      apply(SUBMITTERS_RIGHTS);
    } catch (Exception | AssertionError e) {
      close();
      throw e;
    }
  }

  ControlPlane plane() {
    return plane;
  }

  /** Returns the administrator's client. */
  KubernetesClient client() {
    return client;
  }

  ImageFolder image() {
    return image;
  }

  /** Registers the node of that number, from 0, with a GPU. */
  void addNode(int number, String cpu, String memory) throws IOException {
    String name = NODES.get(number);
    Path place = Files.createDirectory(folder.resolve(name));
    Path commands = Files.createDirectory(place.resolve("bin"));
    Path gpus = Files.writeString(commands.resolve("nvidia-smi"), "#!/bin/sh\necho 0\n");
    assertTrue(gpus.toFile().setExecutable(true));
    Kubelet node =
        new Kubelet(
            plane.client(ControlPlane.user(name)),
            name,
            new PodProcesses(IMAGE, image, place, commands));
    nodes.put(name, node);
    node.start(
        Map.of(
            "cpu", Quantity.parse(cpu),
            "memory", Quantity.parse(memory),
            "nvidia.com/gpu", Quantity.parse("1")));
  }

  /** Runs kubectl as the administrator and returns what it says; it must succeed. */
  String kubectl(String... words) throws IOException, InterruptedException {
    ControlPlane.Outcome outcome = plane.kubectl(ControlPlane.ADMINISTRATOR, "", words);
    assertEquals(0, outcome.status(), outcome.output());
    return outcome.output();
  }

  /** Applies a manifest under strict validation. */
  void apply(String manifest) throws IOException, InterruptedException {
    ControlPlane.Outcome outcome =
        plane.kubectl(
            ControlPlane.ADMINISTRATOR, manifest, "apply", "--validate=strict", "-f", "-");
    assertEquals(0, outcome.status(), outcome.output());
  }

  /** Returns the namespace's pods of that role, {@code driver} or {@code executor}. */
  List<Pod> pods(String role) {
    return client.pods().inNamespace(NAMESPACE).withLabel("spark-role", role).list().getItems();
  }

  /** Returns a pod's node, which must have started it. */
  Kubelet node(String pod) {
    return nodes.values().stream()
        .filter(node -> node.process(pod) != null)
        .findAny()
        .orElseThrow(() -> new AssertionError(pod + " has not been started"));
  }

  /** Returns every pod of a driver's executors that was started, as it was then. */
  List<Pod> startedOf(String driver) {
    return nodes.values().stream()
        .flatMap(node -> node.pods().stream())
        .filter(
            pod ->
                pod.getMetadata().getOwnerReferences().stream()
                    .anyMatch(owner -> owner.getName().equals(driver)))
        .toList();
  }

  boolean hasStarted(String pod) {
    return nodes.values().stream().anyMatch(node -> node.process(pod) != null);
  }

  String log(String pod) throws IOException {
    return node(pod).log(pod);
  }

  /**
   * Runs {@code deploy/kubernetes/submit} as the submitter, without waiting for the driver's end.
   *
   * @param line its arguments behind the image, and {@code --gpus} before all
   */
  ControlPlane.Outcome trySubmit(String line) throws Exception {
    List<String> words = new ArrayList<>();
    words.add(DEPLOY.resolve("submit").toString());
    words.addAll(
        Arrays.asList(line.replace("API", plane.url()).replace("IMAGE", IMAGE).split(" ")));
    for (String conf :
        List.of(
            "spark.kubernetes.submission.waitAppCompletion=false",
            "spark.kubernetes.driver.master=" + plane.url(),
            // Where a real pod would have the file, this one has not.
            "spark.kubernetes.authenticate.driver.mounted.caCertFile="
                + "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt",
            "spark.driver.port=" + ControlPlane.freePort(),
            "spark.driver.blockManager.port=" + ControlPlane.freePort(),
            "spark.ui.enabled=false")) {
      words.addAll(List.of("--conf", conf));
    }
    Path log = folder.resolve("submit-" + submissions++ + ".log");
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1");
    builder.environment().put("TMPDIR", folder.toString());
    builder.environment().put("KUBECONFIG", plane.kubeconfig(SUBMITTER).toString());
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    return new ControlPlane.Outcome(process.waitFor(), Files.readString(log));
  }

  /** Submits, and returns the name of the driver's pod; there must be no other. */
  String submit(String line) throws Exception {
    ControlPlane.Outcome outcome = trySubmit(line);
    assertEquals(0, outcome.status(), outcome.output());
    List<Pod> drivers = pods("driver");
    assertEquals(1, drivers.size(), outcome.output());
    return drivers.get(0).getMetadata().getName();
  }

  /** Runs a command of bin/semimeta on this machine, without a cluster. */
  static void runHere(Path log, List<String> command) throws Exception {
    List<String> words = new ArrayList<>(List.of("bin/semimeta"));
    words.addAll(command);
    Process process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertTrue(process.waitFor(5, TimeUnit.MINUTES), "a run on this machine takes too long");
    assertEquals(0, process.waitFor(), Files.readString(log));
  }

  /** Waits for the driver's end and returns its phase. */
  String ended(String driver) throws Exception {
    await(driver + "'s end", () -> isOver(phase(driver)));
    return phase(driver);
  }

  private static boolean isOver(String phase) {
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  private String phase(String pod) {
    Pod found = client.pods().inNamespace(NAMESPACE).withName(pod).get();
    return found == null ? "gone" : found.getStatus().getPhase();
  }

  /** Waits for something that a driver will do; its end before is an error. */
  void await(String driver, String what, Callable<Boolean> condition) throws Exception {
    await(
        what,
        () -> {
          if (condition.call()) {
            return true;
          }
          if (isOver(phase(driver))) {
            fail("ended before " + what + ":\n" + log(driver));
          }
          return false;
        });
  }

  /** Waits at most five minutes. */
  void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        fail("waited in vain for " + what + "\n" + kubectl("get", "events,pods", "-A"));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  @Override
  public void close() {
    nodes.values().forEach(Kubelet::close);
    client.close();
    plane.close();
  }
}
