package io.semimeta.cluster;

import static io.semimeta.cluster.KubernetesCluster.NAMESPACE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What Kubernetes' own control plane refuses: pods that no node has room for, or a quota, or whose
 * image or secret is missing, and requests that the driver's role does not name.
 */
class KubernetesRefusalsIT {
  @TempDir private static Path folder;

  @TempDir(factory = KubernetesIT.InBuildFolder.class)
  private static Path imageFolder;

  @AutoClose private static KubernetesCluster cluster;

  @TempDir private Path runs;

  @BeforeAll
  static void start() throws Exception {
    cluster = KubernetesCluster.start(folder, imageFolder);
    cluster.addNode(0, "2", "6Gi");
  }

  @AfterEach
  void clear() throws Exception {
    if (cluster != null) {
      cluster.kubectl("-n", NAMESPACE, "delete", "resourcequotas,secrets", "--all");
      cluster.kubectl("-n", NAMESPACE, "delete", "pods", "--all", "--grace-period=5");
    }
  }

  private String training(String more) {
    return String.join(
        " ",
        "API IMAGE train --data",
        Path.of("data-prep/fashion-mnist/sample").toAbsolutePath().toString(),
        "--output",
        runs.resolve("run").toString(),
        "--num-label 40 --workers 2 --width 0.05 --batch-size 8 --total-steps 2",
        "--executor-cores 1 --executor-memory 1g --num-executors 2",
        more);
  }

  /** The driver fits, its executors of 7 GiB do not. */
  @Test
  void aNodeThatIsTooSmall() throws Exception {
    String driver = cluster.submit(training("--start-timeout 25"));
    assertEquals("Failed", cluster.ended(driver), cluster.log(driver));
    assertEquals(2, cluster.node(driver).process(driver).waitFor());
    String log = cluster.log(driver);
    String line =
        "the ranks did not start within 25 s: 2 ranks need an executor each with all its cores free"
            + " at the same time; there are 0 executors (no node takes an executor's pod of cpu 1,"
            + " memory 7Gi: 0/1 nodes are available: 1 Insufficient memory";
    assertTrue(log.contains(line), log);
    String events =
        cluster.kubectl(
            "-n", NAMESPACE, "get", "events", "--field-selector", "reason=FailedScheduling");
    assertTrue(events.contains("0/1 nodes are available: 1 Insufficient memory"), events);
  }

  @Test
  void aQuotaThatLeavesNoRoomForExecutors() throws Exception {
    cluster.kubectl("-n", NAMESPACE, "create", "quota", "one", "--hard=pods=1");
    String driver = cluster.submit(training("--start-timeout 25"));
    assertEquals("Failed", cluster.ended(driver), cluster.log(driver));
    String log = cluster.log(driver);
    assertTrue(log.contains("the ranks did not start within 25 s: 2 ranks need an executor"), log);
    assertTrue(log.contains("exceeded quota: one, requested: pods=1, used: pods=1"), log);
  }

  @Test
  void aQuotaThatLeavesNoRoomForTheDriver() throws Exception {
    cluster.kubectl("-n", NAMESPACE, "create", "quota", "none", "--hard=pods=0");
    ControlPlane.Outcome outcome = cluster.trySubmit(training(""));
    assertNotEquals(0, outcome.status());
    assertTrue(
        outcome.output().contains("exceeded quota: none, requested: pods=1, used: pods=0"),
        outcome.output());
    assertEquals(List.of(), cluster.pods("driver"));
  }

  private static Optional<ContainerStateWaiting> waiting(String driver) {
    Pod pod = cluster.client().pods().inNamespace(NAMESPACE).withName(driver).get();
    return pod.getStatus().getContainerStatuses().stream()
        .map(status -> status.getState().getWaiting())
        .findAny();
  }

  @Test
  void anImageThatIsMissing() throws Exception {
    String driver = cluster.submit(training("").replace("IMAGE", "example/missing:1"));
    cluster.await("the node's word", () -> waiting(driver).isPresent());
    assertEquals("ImagePullBackOff", waiting(driver).get().getReason());
  }

  /** And when it comes, the driver starts. */
  @Test
  void aSecretThatIsMissing() throws Exception {
    String driver =
        cluster.submit(training("--conf spark.kubernetes.driver.secretKeyRef.KEY=late:key"));
    // Until spark-submit has made the driver's ConfigMap, the node may wait for that.
    cluster.await(
        "the node's word",
        () ->
            waiting(driver)
                .filter(state -> state.getReason().equals("CreateContainerConfigError"))
                .isPresent());
    assertEquals("secret \"late\" not found", waiting(driver).get().getMessage());
    cluster.kubectl("-n", NAMESPACE, "create", "secret", "generic", "late", "--from-literal=key=1");
    cluster.await("the driver", () -> cluster.hasStarted(driver));
  }

  /** A verb and a resource of the driver's role. Each costs a run, so the test is a long one. */
  static Stream<String> rights() throws Exception {
    List<String> rights = new ArrayList<>();
    for (PolicyRule rule : role().getRules()) {
      for (String verb : rule.getVerbs()) {
        rule.getResources().forEach(resource -> rights.add(verb + " " + resource));
      }
    }
    return rights.stream();
  }

  private static Role role() throws Exception {
    try (var client = new KubernetesClientBuilder().build();
        var file = Files.newInputStream(KubernetesCluster.DEPLOY.resolve("namespace.yaml"))) {
      return client.load(file).items().stream()
          .filter(Role.class::isInstance)
          .map(Role.class::cast)
          .findAny()
          .orElseThrow();
    }
  }

  /** Without any one of its rights, something that the driver does is refused. */
  @Tag("long")
  @ParameterizedTest
  @MethodSource("rights")
  void theDriverNeedsEachOfItsRights(String right) throws Exception {
    Role all = role();
    RoleBuilder without = new RoleBuilder(all).withRules();
    for (PolicyRule rule : all.getRules()) {
      List<String> verbs = new ArrayList<>(rule.getVerbs());
      verbs.removeIf(verb -> right.equals(verb + " " + rule.getResources().get(0)));
      if (!verbs.isEmpty()) {
        without.addToRules(new PolicyRuleBuilder(rule).withVerbs(verbs).build());
      }
    }
    cluster.client().resource(without.build()).update();
    try {
      int asked = cluster.plane().requests().size();
      String line =
          training("--conf spark.executor.memoryOverhead=1g")
              .replace("--workers 2", "--workers 1")
              .replace("--num-executors 2", "--num-executors 1");
      String driver = cluster.submit(line);
      ControlPlane.Request refused = new ControlPlane.Request(KubernetesCluster.DRIVER, right, 403);
      cluster.await(
          "the refusal of " + right,
          () -> {
            if (right.equals("delete pods")) { // it deletes those that have failed
              cluster.startedOf(driver).stream()
                  .map(pod -> pod.getMetadata().getName())
                  .forEach(pod -> cluster.node(pod).process(pod).destroyForcibly());
            }
            List<ControlPlane.Request> requests = cluster.plane().requests();
            return requests.subList(asked, requests.size()).contains(refused);
          });
      cluster.kubectl("-n", NAMESPACE, "delete", "pod", driver, "--grace-period=1");
    } finally {
      cluster.client().resource(all).update();
    }
  }
}
