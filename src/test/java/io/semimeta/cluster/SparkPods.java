package io.semimeta.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/** What the pods are that Spark has made of the templates. */
final class SparkPods {
  private SparkPods() {}

  static void assertDriver(Pod pod, String user) {
    Container container = assertPod(pod, "semimeta-driver", user);
    List<String> arguments = container.getArgs();
    assertEquals("driver", arguments.get(0));
    assertEquals(
        List.of("--class", "io.semimeta.cli.SemiMeta", "spark-internal", "train", "--data"),
        arguments.subList(3, 8));
    assertEquals(Quantity.parse("2432Mi"), container.getResources().getLimits().get("memory"));
    assertNull(container.getResources().getLimits().get("nvidia.com/gpu"));
  }

  static void assertExecutor(Pod pod, String user) {
    Container container = assertPod(pod, "semimeta-executor", user);
    Map<String, Quantity> limits = container.getResources().getLimits();
    assertEquals(List.of("executor"), container.getArgs());
    assertEquals(false, pod.getSpec().getAutomountServiceAccountToken());
    assertEquals(Quantity.parse("7168Mi"), limits.get("memory"));
    assertEquals(Quantity.parse("1"), container.getResources().getRequests().get("cpu"));
    assertEquals(Quantity.parse("1"), limits.get("nvidia.com/gpu"));
  }

  private static Container assertPod(Pod pod, String account, String user) {
    assertEquals(account, pod.getSpec().getServiceAccountName());
    assertEquals("semimeta", pod.getMetadata().getLabels().get("app.kubernetes.io/name"));
    assertEquals(user, "" + pod.getSpec().getSecurityContext().getRunAsUser());
    assertTrue(pod.getSpec().getSecurityContext().getRunAsNonRoot());
    assertEquals(1, pod.getSpec().getContainers().size());
    Container container = pod.getSpec().getContainers().get(0);
    assertEquals(KubernetesCluster.IMAGE, container.getImage());
    assertTrue(container.getSecurityContext().getReadOnlyRootFilesystem());
    assertEquals(List.of("ALL"), container.getSecurityContext().getCapabilities().getDrop());
    return container;
  }
}
