package io.semimeta.cluster;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Does what a node of Kubernetes does, with a process for a container: registers itself, runs the
 * pods that the scheduler binds to it, tells the API server how they fare, and ends those that are
 * deleted, by SIGTERM and, when their grace is over, by SIGKILL. It has a node's rights and no
 * others.
 */
final class Kubelet implements ResourceEventHandler<Pod>, AutoCloseable {
  private static final Set<String> OWN_CONDITIONS =
      Set.of("Initialized", "ContainersReady", "Ready");

  private final KubernetesClient client;
  private final String node;
  private final PodProcesses containers;
  private final Map<String, Pod> pods = new ConcurrentHashMap<>();
  private final Map<String, Process> processes = new ConcurrentHashMap<>();
  private final Set<String> ending = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /**
   * Makes one that has not registered.
   *
   * @param client with the node's own credentials; it is closed with this
   */
  Kubelet(KubernetesClient client, String node, PodProcesses containers) {
    this.client = client;
    this.node = node;
    this.containers = containers;
  }

  /**
   * Registers the node, and runs all pods that are bound to it and that will be.
   *
   * @param resources what the node has: {@code cpu}, {@code memory}, {@code nvidia.com/gpu}
   */
  void start(Map<String, Quantity> resources) {
    client
        .resource(
            new NodeBuilder()
                .withNewMetadata()
                .withName(node)
                .addToLabels("kubernetes.io/hostname", node)
                .endMetadata()
                .withNewStatus()
                .addToCapacity(resources)
                .addToCapacity("pods", Quantity.parse("110"))
                .addToAllocatable(resources)
                .addToAllocatable("pods", Quantity.parse("110"))
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .withReason("KubeletReady")
                .endCondition()
                .endStatus()
                .build())
        .create();
    client.resource(lease()).create();
    threads.execute(this::renew);
    client.pods().inAnyNamespace().withField("spec.nodeName", node).inform(this);
  }

  /** A node whose lease is not renewed counts as lost. */
  private void renew() {
    try {
      while (!threads.isShutdown()) {
        TimeUnit.SECONDS.sleep(10);
        client.resource(lease()).patch();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Lease lease() {
    return new LeaseBuilder()
        .withNewMetadata()
        .withNamespace("kube-node-lease")
        .withName(node)
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(node)
        .withLeaseDurationSeconds(40)
        .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC))
        .endSpec()
        .build();
  }

  /** Returns every pod that it has started, as it was at first. */
  List<Pod> pods() {
    return List.copyOf(pods.values());
  }

  /** Returns a pod's process, or null where it has started none of that name. */
  Process process(String pod) {
    return processes.get(pod);
  }

  String log(String pod) throws IOException {
    return Files.readString(containers.log(pod));
  }

  Path volume(String pod, String name) {
    return containers.volume(pod, name);
  }

  @Override
  public void onAdd(Pod pod) {
    threads.execute(() -> run(pod));
    onUpdate(pod, pod);
  }

  @Override
  public void onUpdate(Pod before, Pod after) {
    if (after.getMetadata().getDeletionTimestamp() != null
        && ending.add(after.getMetadata().getUid())) {
      threads.execute(() -> end(after));
    }
  }

  @Override
  public void onDelete(Pod pod, boolean stateUnknown) {
    Process process = processes.get(pod.getMetadata().getName());
    if (process != null) {
      kill(process);
    }
  }

  private void run(Pod pod) {
    String name = pod.getMetadata().getName();
    try {
      Process process = started(pod);
      if (process == null) {
        return;
      }
      pods.put(name, pod);
      processes.put(name, process);
      if (ending.contains(pod.getMetadata().getUid())) { // it was too early for a signal
        process.destroy();
      }
      String since = Instant.now().toString();
      report(
          pod,
          "Running",
          new ContainerStateBuilder().withNewRunning().withStartedAt(since).endRunning().build());
      int exit = process.waitFor();
      report(pod, exit == 0 ? "Succeeded" : "Failed", ended(exit, since));
      if (ending.contains(pod.getMetadata().getUid())) {
        remove(pod);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tries until it is possible; returns null where the pod is deleted before. */
  private Process started(Pod pod) throws IOException, InterruptedException {
    while (!ending.contains(pod.getMetadata().getUid())) {
      try {
        return containers.start(pod, client);
      } catch (KubernetesClientException e) { // the authorizer learns of a binding a moment later
        TimeUnit.MILLISECONDS.sleep(500);
      } catch (PodProcesses.WaitingException e) {
        report(
            pod,
            "Pending",
            new ContainerStateBuilder().withNewWaiting(e.getMessage(), e.reason()).build());
        TimeUnit.MILLISECONDS.sleep(500);
      }
    }
    return null;
  }

  private static ContainerState ended(int exit, String since) {
    return new ContainerStateBuilder()
        .withNewTerminated()
        .withExitCode(exit)
        .withReason(exit == 0 ? "Completed" : "Error")
        .withStartedAt(since)
        .withFinishedAt(Instant.now().toString())
        .endTerminated()
        .build();
  }

  private void report(Pod pod, String phase, ContainerState state) {
    String name = pod.getMetadata().getName();
    try {
      client
          .pods()
          .inNamespace(pod.getMetadata().getNamespace())
          .withName(name)
          .editStatus(current -> withStatus(current, phase, state));
    } catch (KubernetesClientException | NullPointerException e) {
      if (client.pods().inNamespace(pod.getMetadata().getNamespace()).withName(name).get()
          != null) {
        throw e; // else it has been deleted meanwhile
      }
    }
  }

  private static Pod withStatus(Pod pod, String phase, ContainerState state) {
    String ready = phase.equals("Running") ? "True" : "False";
    PodBuilder builder = new PodBuilder(pod);
    var status =
        builder
            .editStatus()
            .withPhase(phase)
            .withHostIP(PodProcesses.ADDRESS)
            .withPodIP(PodProcesses.ADDRESS)
            .removeMatchingFromConditions(
                condition -> OWN_CONDITIONS.contains(condition.getType()));
    for (String type : OWN_CONDITIONS) {
      status =
          status
              .addNewCondition()
              .withType(type)
              .withStatus(type.equals("Initialized") ? "True" : ready)
              .endCondition();
    }
    return status
        .withContainerStatuses()
        .addNewContainerStatus()
        .withName(pod.getSpec().getContainers().get(0).getName())
        .withImage(pod.getSpec().getContainers().get(0).getImage())
        .withImageID("")
        .withRestartCount(0)
        .withReady(phase.equals("Running"))
        .withStarted(phase.equals("Running"))
        .withState(state)
        .endContainerStatus()
        .endStatus()
        .build();
  }

  /** Ends a pod that has been deleted; nothing of it is left in the API server then. */
  private void end(Pod pod) {
    Process process = processes.get(pod.getMetadata().getName());
    if (process == null || !process.isAlive()) {
      remove(pod);
      return;
    }
    process.destroy();
    try {
      if (!process.waitFor(pod.getMetadata().getDeletionGracePeriodSeconds(), TimeUnit.SECONDS)) {
        kill(process);
      }
    } catch (InterruptedException e) {
      kill(process);
      Thread.currentThread().interrupt();
    }
  }

  private void remove(Pod pod) {
    client
        .pods()
        .inNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName())
        .withGracePeriod(0)
        .delete();
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Override
  public void close() {
    processes.values().forEach(Kubelet::kill);
    threads.shutdownNow();
    client.close();
  }
}
