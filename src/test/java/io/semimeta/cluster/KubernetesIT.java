package io.semimeta.cluster;

import static io.semimeta.cluster.KubernetesCluster.NAMESPACE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.Eviction;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Training on Kubernetes' own control plane, with two nodes whose containers are processes: what
 * happens to pods leaves the weights those of a run on this machine, byte for byte.
 */
class KubernetesIT {
  private static final Pattern STEP = Pattern.compile("train +[\\d,]+ / 1,000,000");
  private static final int STEPS = 400; // enough for two executors to be lost on their way

  @TempDir private static Path folder;

  @TempDir(factory = InBuildFolder.class)
  private static Path imageFolder;

  @AutoClose private static KubernetesCluster cluster;
  private static byte[] weights;

  @TempDir private Path runs;

  /** The image's files are hard links, so they stay in this file system. */
  static final class InBuildFolder implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
        throws IOException {
      return Files.createTempDirectory(Path.of("target").toAbsolutePath(), "image");
    }
  }

  @BeforeAll
  static void start() throws Exception {
    cluster = KubernetesCluster.start(folder, imageFolder);
    cluster.addNode(0, "4", "16Gi");
    cluster.addNode(1, "4", "16Gi");
    weights = weights(trainedHere());
  }

  /** What a driver has made goes with it: all of it belongs to the driver's pod. */
  @AfterEach
  void nothingIsLeftWithoutTheDriver() throws Exception {
    if (cluster == null) {
      return;
    }
    cluster.kubectl("-n", NAMESPACE, "delete", "jobs", "--all");
    cluster.kubectl("-n", NAMESPACE, "delete", "pods", "-l", "spark-role=driver");
    cluster.kubectl("-n", NAMESPACE, "delete", "configmaps", "semimeta-conf", "--ignore-not-found");
    String what = "pods,services,configmaps";
    cluster.await(
        "the end of what belongs to the driver",
        () ->
            cluster
                .kubectl("-n", NAMESPACE, "get", what, "-o", "name")
                .strip()
                .equals("configmap/kube-root-ca.crt"));
  }

  private static List<String> training(Path output, int steps) {
    Path data = Path.of("data-prep/fashion-mnist/sample").toAbsolutePath();
    List<String> words = new ArrayList<>(List.of("train", "--data", data.toString()));
    words.addAll(List.of("--output", output.toString(), "--total-steps", "" + steps));
    String rest =
        "--num-label 40 --num-valid 40 --workers 2 --width 0.05 --batch-size 8 --device cpu"
            + " --checkpoint-every 10";
    words.addAll(Arrays.asList(rest.split(" ")));
    return words;
  }

  private static String submission(Path output, int steps) {
    return "--gpus API IMAGE "
        + String.join(" ", training(output, steps))
        + " --num-executors 2 --executor-cores 1 --executor-memory 1g";
  }

  private static Path trainedHere() throws Exception {
    Path output = folder.resolve("here");
    List<String> words = new ArrayList<>(training(output, STEPS));
    words.addAll(List.of("--cores-per-worker", "1"));
    KubernetesCluster.runHere(folder.resolve("here.log"), words);
    return output;
  }

  private static byte[] weights(Path output) throws IOException {
    String step = String.format(Locale.ROOT, "checkpoints/step-%08d/model.safetensors", STEPS);
    return Files.readAllBytes(output.resolve(step));
  }

  private static Path checkpoint(Path output, int step) {
    return output.resolve(String.format(Locale.ROOT, "checkpoints/step-%08d/MANIFEST", step));
  }

  private void await(String driver, Path file) throws Exception {
    cluster.await(driver, file.toString(), () -> Files.exists(file));
  }

  /** With GPUs, which the pods ask for and count; the arithmetic is left to the CPU. */
  @Test
  void executorsThatAreDeletedAndEvictedAreReplaced() throws Exception {
    int asked = cluster.plane().requests().size();
    Path output = runs.resolve("run");
    List<Path> files = cluster.image().files();
    String driver = cluster.submit(submission(output, STEPS));
    SparkPods.assertDriver(cluster.pods("driver").get(0), cluster.image().user());
    await(driver, checkpoint(output, 10));
    List<Pod> first = cluster.pods("executor");
    assertNotEquals( // each has one GPU
        first.get(0).getSpec().getNodeName(), first.get(1).getSpec().getNodeName());
    // A rank holds the signal; only the end of its grace ends it.
    String one = first.get(0).getMetadata().getName();
    cluster.kubectl("-n", NAMESPACE, "delete", "pod", one, "--grace-period=1");
    // Two that are lost together cost one restart.
    cluster.await(driver, "a restart", () -> cluster.log(driver).contains("restarting from the"));
    await(driver, checkpoint(output, newest(output) + 20));
    Pod second = cluster.pods("executor").get(0);
    assertTrue(cluster.client().pods().resource(second).evict(eviction(second)));

    assertEquals("Succeeded", cluster.ended(driver), cluster.log(driver));
    JsonNode result = new ObjectMapper().readTree(output.resolve("result.json").toFile());
    assertEquals(STEPS, result.get("step").asInt());
    assertEquals(2, result.get("restarts").asInt(), cluster.log(driver));
    assertArrayEquals(weights, weights(output));
    List<Pod> executors = cluster.startedOf(driver);
    assertEquals(4, executors.size());
    for (Pod executor : executors) {
      SparkPods.assertExecutor(executor, cluster.image().user());
      String name = executor.getMetadata().getName();
      Path natives = cluster.node(name).volume(name, "natives");
      assertTrue(natives.toFile().list().length > 0, "nothing unpacked into " + natives);
    }
    assertEquals(files, cluster.image().files(), "written into the image");
    assertRights(cluster.plane().requests(), asked);
  }

  private static int newest(Path output) {
    return Arrays.stream(output.resolve("checkpoints").toFile().list())
        .filter(name -> name.startsWith("step-"))
        .mapToInt(name -> Integer.parseInt(name.substring("step-".length())))
        .max()
        .orElseThrow();
  }

  private static Eviction eviction(Pod pod) {
    return new EvictionBuilder()
        .withNewMetadata()
        .withName(pod.getMetadata().getName())
        .withNamespace(NAMESPACE)
        .endMetadata()
        .withDeleteOptions(new DeleteOptionsBuilder().withGracePeriodSeconds(1L).build())
        .build();
  }

  /** The driver asks for nothing that its role has not, and nothing is refused to anybody. */
  private static void assertRights(List<ControlPlane.Request> all, int before) {
    List<ControlPlane.Request> requests = all.subList(before, all.size());
    Set<String> allowed = new TreeSet<>();
    List<PolicyRule> rules =
        cluster
            .client()
            .rbac()
            .roles()
            .inNamespace(NAMESPACE)
            .withName("semimeta-driver")
            .get()
            .getRules();
    for (PolicyRule rule : rules) {
      for (String verb : rule.getVerbs()) {
        rule.getResources().forEach(resource -> allowed.add(verb + " " + resource));
      }
    }
    Set<String> asked = new TreeSet<>();
    for (ControlPlane.Request request : requests) {
      assertNotEquals(403, request.status(), request.toString());
      assertNotEquals("system:serviceaccount:semimeta:semimeta-executor", request.user());
      if (request.user().equals(KubernetesCluster.DRIVER)) {
        asked.add(request.what());
      }
    }
    assertTrue(allowed.containsAll(asked), allowed + " are allowed, but not all of " + asked);
  }

  /** As Kubernetes ends a pod: its node is drained, or somebody deletes it. */
  @Test
  void aDriversPodThatIsDeletedLeavesACheckpoint() throws Exception {
    Path output = runs.resolve("run");
    String driver = cluster.submit(submission(output, 1_000_000));
    await(driver, checkpoint(output, 10));
    // Before the driver has heard of a step, by a heartbeat, a signal ends it at once.
    cluster.await(driver, "a step", () -> STEP.matcher(cluster.log(driver)).find());
    cluster.kubectl("-n", NAMESPACE, "delete", "pod", driver);
    assertEquals(143, cluster.node(driver).process(driver).waitFor(), cluster.log(driver));
    String log = cluster.log(driver);
    Matcher stopped = Pattern.compile("stopped +after step ([\\d,]+) of 1,000,000").matcher(log);
    assertTrue(stopped.find(), log);
    int step = Integer.parseInt(stopped.group(1).replace(",", ""));
    assertTrue(Files.exists(checkpoint(output, step)), log);
  }

  /** The whole of job.yaml, with another line of train. */
  @Test
  void aJobBeginsAgainWhereItsDriverWasDeleted() throws Exception {
    Path output = runs.resolve("run");
    Path deploy = KubernetesCluster.DEPLOY;
    cluster.kubectl(
        "-n",
        NAMESPACE,
        "create",
        "configmap",
        "semimeta-conf",
        "--from-file=" + deploy.resolve("semimeta.conf"),
        "--from-file=" + deploy.resolve("executor.yaml"));
    cluster.apply(job(output));
    cluster.await("the Job's pod", () -> drivers().size() == 1);
    String first = drivers().get(0).getMetadata().getName();
    await(first, checkpoint(output, 20));
    cluster.kubectl("-n", NAMESPACE, "delete", "pod", first);
    cluster.kubectl(
        "-n",
        NAMESPACE,
        "wait",
        "--for=condition=complete",
        "--timeout=300s",
        "job/semimeta-train");
    List<Pod> left = drivers();
    assertEquals(1, left.size());
    String second = left.get(0).getMetadata().getName();
    assertNotEquals(first, second);
    assertTrue(cluster.log(second).contains("resume"), cluster.log(second));
    assertArrayEquals(weights, weights(output));
  }

  private static List<Pod> drivers() {
    return cluster
        .client()
        .pods()
        .inNamespace(NAMESPACE)
        .withLabel("job-name", "semimeta-train")
        .list()
        .getItems();
  }

  private static String job(Path output) throws IOException {
    String text =
        Files.readString(KubernetesCluster.DEPLOY.resolve("job.yaml"))
            .replace("REPOSITORY/semimeta:TAG", KubernetesCluster.IMAGE)
            .replace("https://kubernetes.default.svc", cluster.plane().url())
            .replace("spark.executor.instances=4", "spark.executor.instances=2")
            .replace("spark.executor.cores=8", "spark.executor.cores=1");
    String arguments =
        String.join(
            "\n",
            training(output, STEPS).stream()
                .map(word -> "            - \"" + word + "\"")
                .toList());
    Matcher line = Pattern.compile("(?s) +- train\n.*?(?= +- --resume\n)").matcher(text);
    assertTrue(line.find());
    return line.replaceFirst(Matcher.quoteReplacement(arguments + "\n"));
  }
}
