package io.semimeta.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.spark.SparkConf;

/** Asks Kubernetes why executors do not start. */
final class PendingPods {
  private static final Logger LOG = LogManager.getLogger(PendingPods.class);

  private static final int MOST_MILLIS = 3000;

  private PendingPods() {}

  /**
   * Returns Kubernetes' own words on an executor's pod that waits, with what the pod asks for, or
   * nothing where no pod waits or Kubernetes does not say.
   */
  static Optional<String> reason(SparkConf conf, String application) {
    try (KubernetesClient client =
        new KubernetesClientBuilder().withConfig(asSpark(conf)).build()) {
      return client
          .pods()
          .inNamespace(conf.get("spark.kubernetes.namespace", "default"))
          .withLabel("spark-app-selector", application)
          .withLabel("spark-role", "executor")
          .list()
          .getItems()
          .stream()
          .flatMap(PendingPods::reasons)
          .findFirst();
    } catch (RuntimeException | LinkageError e) { // an explanation is no reason to fail
      LOG.debug("Kubernetes does not say why executors are missing", e);
      return Optional.empty();
    }
  }

  /** Asks whom Spark asks, once and briefly: a run waits for the answer. */
  private static Config asSpark(SparkConf conf) {
    return new ConfigBuilder(Config.autoConfigure(conf.get("spark.kubernetes.context", null)))
        .withMasterUrl(conf.get("spark.master").substring(SparkMaster.KUBERNETES.length()))
        .withRequestRetryBackoffLimit(0)
        .withConnectionTimeout(MOST_MILLIS)
        .withRequestTimeout(MOST_MILLIS)
        .build();
  }

  static Stream<String> reasons(Pod pod) {
    Stream<String> unscheduled =
        pod.getStatus().getConditions().stream()
            .filter(condition -> condition.getType().equals("PodScheduled"))
            .filter(condition -> condition.getStatus().equals("False"))
            .map(
                condition ->
                    "no node takes an executor's pod of %s: %s"
                        .formatted(requests(pod), condition.getMessage()));
    Stream<String> waiting =
        pod.getStatus().getContainerStatuses().stream()
            .map(status -> status.getState().getWaiting())
            .filter(state -> state != null && state.getMessage() != null)
            .map(state -> "an executor's pod waits: " + state.getMessage());
    return Stream.concat(unscheduled, waiting);
  }

  private static String requests(Pod pod) {
    ResourceRequirements resources = pod.getSpec().getContainers().get(0).getResources();
    return resources.getRequests().entrySet().stream()
        .map(request -> request.getKey() + " " + request.getValue())
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
