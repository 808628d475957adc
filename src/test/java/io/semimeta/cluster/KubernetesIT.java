package io.semimeta.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Submission to an API server without a cluster behind it. A {@link Kubelet} runs the pods that
 * Spark asks for as processes, by the image's own entry point.
 */
class KubernetesIT {
  private static final Pattern STEP = Pattern.compile("train +[\\d,]+ / 1,000,000");

  private static final Path DEPLOY = Path.of("deploy", "kubernetes");
  private static final String NAMESPACE = "semimeta";
  private static final int STEPS = 60;

  @TempDir private Path folder;

  @TempDir(factory = InBuildFolder.class)
  private Path imageFolder;

  private ApiServer server;
  private KubernetesClient client;
  private ImageFolder image;
  private Kubelet kubelet;

  /** The image's files are hard links, so they stay in this file system. */
  private static final class InBuildFolder implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
        throws IOException {
      return Files.createTempDirectory(Path.of("target").toAbsolutePath(), "image");
    }
  }

  @BeforeEach
  void start() throws IOException {
    server = new ApiServer();
    client = server.client();
    try (InputStream manifests = Files.newInputStream(DEPLOY.resolve("namespace.yaml"))) {
      client.load(manifests).create();
    }
    image = new ImageFolder(DEPLOY.resolve("Dockerfile"), Path.of(""), imageFolder);
    Path commands = Files.createDirectory(folder.resolve("bin"));
    Path gpus = Files.writeString(commands.resolve("nvidia-smi"), "#!/bin/sh\necho 0\n");
    assertTrue(gpus.toFile().setExecutable(true));
    kubelet =
        new Kubelet(
            client, NAMESPACE, image, Files.createDirectory(folder.resolve("node")), commands);
  }

  @AfterEach
  void stop() {
    kubelet.close();
    client.close();
    server.close();
  }

  /** With GPUs, which the pods ask for and count; the arithmetic is left to the CPU. */
  @Test
  void trainsInPodsAndReplacesOneThatIsLost() throws Exception {
    Path output = folder.resolve("run");
    submit(output, STEPS);
    Pod driver = client.pods().inNamespace(NAMESPACE).list().getItems().get(0);
    assertDriver(driver);

    List<Path> files = image.files();
    server.forget();
    kubelet.start();
    String name = driver.getMetadata().getName();
    await(name, output.resolve("checkpoints/step-00000010/MANIFEST"));
    kubelet.process(executors().get(0).getMetadata().getName()).destroyForcibly();
    int exit = kubelet.process(name).waitFor();
    assertEquals(0, exit, kubelet.log(name));

    JsonNode result = new ObjectMapper().readTree(output.resolve("result.json").toFile());
    assertEquals(STEPS, result.get("step").asInt());
    assertEquals(1, result.get("restarts").asInt(), kubelet.log(name));
    assertEquals(3, executors().size());
    executors().forEach(this::assertExecutor);
    for (Pod executor : executors()) {
      Path natives = kubelet.volume(executor.getMetadata().getName(), "natives");
      assertTrue(natives.toFile().list().length > 0, "nothing unpacked into " + natives);
    }
    assertEquals(files, image.files(), "written into the image");
    List<PolicyRule> rules =
        client.rbac().roles().inNamespace(NAMESPACE).withName("semimeta-driver").get().getRules();
    assertEquals(ApiServer.allowed(rules), server.asked());
  }

  /** As Kubernetes ends a pod: its node is drained, or somebody deletes it. */
  @Test
  void aDriversPodThatIsEndedLeavesACheckpoint() throws Exception {
    Path output = folder.resolve("run");
    submit(output, 1_000_000);
    Pod driver = client.pods().inNamespace(NAMESPACE).list().getItems().get(0);
    kubelet.start();
    String name = driver.getMetadata().getName();
    await(name, output.resolve("checkpoints/step-00000010/MANIFEST"));
    // Before the driver has heard of a step, by a heartbeat, a signal ends it at once.
    await(name, "a step", () -> STEP.matcher(kubelet.log(name)).find());
    kubelet.process(name).destroy();
    int exit = kubelet.process(name).waitFor();
    String log = kubelet.log(name);
    assertEquals(143, exit, log);
    Matcher stopped = Pattern.compile("stopped +after step ([\\d,]+) of 1,000,000").matcher(log);
    assertTrue(stopped.find(), log);
    int step = Integer.parseInt(stopped.group(1).replace(",", ""));
    Path kept = output.resolve(String.format(Locale.ROOT, "checkpoints/step-%08d", step));
    assertTrue(Files.exists(kept.resolve("MANIFEST")), log);
  }

  private List<Pod> executors() {
    return kubelet.pods().stream()
        .filter(pod -> pod.getMetadata().getLabels().get("spark-role").equals("executor"))
        .toList();
  }

  private void assertDriver(Pod pod) {
    Container container = assertPod(pod, "semimeta-driver");
    List<String> arguments = container.getArgs();
    assertEquals("driver", arguments.get(0));
    assertEquals(
        List.of("--class", "io.semimeta.cli.SemiMeta", "spark-internal", "train", "--data"),
        arguments.subList(3, 8));
    assertEquals(Quantity.parse("2432Mi"), container.getResources().getLimits().get("memory"));
    assertNull(container.getResources().getLimits().get("nvidia.com/gpu"));
  }

  private void assertExecutor(Pod pod) {
    Container container = assertPod(pod, "semimeta-executor");
    Map<String, Quantity> limits = container.getResources().getLimits();
    assertEquals(List.of("executor"), container.getArgs());
    assertEquals(false, pod.getSpec().getAutomountServiceAccountToken());
    assertEquals(Quantity.parse("7168Mi"), limits.get("memory"));
    assertEquals(Quantity.parse("1"), container.getResources().getRequests().get("cpu"));
    assertEquals(Quantity.parse("1"), limits.get("nvidia.com/gpu"));
  }

  private Container assertPod(Pod pod, String account) {
    assertEquals(account, pod.getSpec().getServiceAccountName());
    assertEquals("semimeta", pod.getMetadata().getLabels().get("app.kubernetes.io/name"));
    assertEquals(image.user(), "" + pod.getSpec().getSecurityContext().getRunAsUser());
    assertTrue(pod.getSpec().getSecurityContext().getRunAsNonRoot());
    assertEquals(1, pod.getSpec().getContainers().size());
    Container container = pod.getSpec().getContainers().get(0);
    assertEquals("example/semimeta:1", container.getImage());
    assertTrue(container.getSecurityContext().getReadOnlyRootFilesystem());
    assertEquals(List.of("ALL"), container.getSecurityContext().getCapabilities().getDrop());
    return container;
  }

  private void submit(Path output, int steps) throws Exception {
    String line =
        String.format(
            Locale.ROOT,
            ("--gpus %s example/semimeta:1 train --data %s --output %s --num-label 40 --num-valid"
                + " 40 --workers 2 --num-executors 2 --executor-cores 1 --executor-memory 1g"
                + " --width 0.05 --batch-size 8 --device cpu --total-steps %d --checkpoint-every"
                + " 10"),
            server.url(),
            Path.of("data-prep/fashion-mnist/sample").toAbsolutePath(),
            output,
            steps);
    List<String> words = new ArrayList<>();
    words.add(DEPLOY.resolve("submit").toString());
    words.addAll(List.of(line.split(" ")));
    for (String conf :
        List.of(
            "spark.kubernetes.submission.waitAppCompletion=false",
            "spark.kubernetes.driver.master=" + server.url(),
            "spark.driver.port=" + freePort(),
            "spark.driver.blockManager.port=" + freePort(),
            "spark.ui.enabled=false")) {
      words.addAll(List.of("--conf", conf));
    }
    Path log = folder.resolve("submit.log");
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1");
    builder.environment().put("TMPDIR", folder.toString());
    builder.environment().put("KUBERNETES_AUTH_TRYKUBECONFIG", "false");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    assertEquals(0, process.waitFor(), Files.readString(log));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void await(String driver, Path file) throws Exception {
    await(driver, file.toString(), () -> Files.exists(file));
  }

  private void await(String driver, String what, Callable<Boolean> condition) throws Exception {
    while (!condition.call()) {
      if (kubelet.hasEnded(driver)) {
        fail("ended before " + what + ":\n" + kubelet.log(driver));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }
}
