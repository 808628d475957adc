package io.semimeta.cluster;

import io.fabric8.kubernetes.api.model.ConfigMapVolumeSource;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Does what a node of Kubernetes does, with a process for a container: gives it its environment,
 * its volumes as folders and its services' names, and tells the API server how it fares. Paths of
 * the image and of mounts become those of this machine.
 */
final class Kubelet implements ResourceEventHandler<Pod>, AutoCloseable {
  private static final String ADDRESS = "127.0.0.1";

  private final KubernetesClient client;
  private final String namespace;
  private final ImageFolder image;
  private final Path folder;
  private final Path commands;
  private final Map<String, Pod> pods = new ConcurrentHashMap<>();
  private final Map<String, Process> processes = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /**
   * Makes one that runs no pods yet.
   *
   * @param folder for logs and volumes
   * @param commands what the node puts first on a container's PATH
   */
  Kubelet(
      KubernetesClient client, String namespace, ImageFolder image, Path folder, Path commands) {
    this.client = client;
    this.namespace = namespace;
    this.image = image;
    this.folder = folder;
    this.commands = commands;
  }

  /** Runs all pods that are there and that will come. */
  void start() {
    client.pods().inNamespace(namespace).inform(this);
  }

  /** Every pod that it has run, as it was at first. */
  List<Pod> pods() {
    return List.copyOf(pods.values());
  }

  Process process(String pod) {
    return processes.get(pod);
  }

  boolean hasEnded(String pod) {
    Process process = processes.get(pod);
    return process != null && !process.isAlive();
  }

  String log(String pod) throws IOException {
    return Files.readString(folder.resolve(pod + ".log"));
  }

  /** A folder that stands for a volume of a pod. */
  Path volume(String pod, String name) {
    return folder.resolve(pod).resolve(name);
  }

  @Override
  public void onAdd(Pod pod) {
    threads.execute(() -> run(pod));
  }

  @Override
  public void onUpdate(Pod before, Pod after) {}

  @Override
  public void onDelete(Pod pod, boolean stateUnknown) {
    Process process = processes.get(pod.getMetadata().getName());
    if (process != null) {
      process.destroy();
    }
  }

  private void run(Pod pod) {
    String name = pod.getMetadata().getName();
    try {
      Process process = start(pod);
      pods.put(name, pod);
      processes.put(name, process);
      report(name, status("Running"));
      int exit = process.waitFor();
      report(name, status(exit == 0 ? "Succeeded" : "Failed"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static PodStatus status(String phase) {
    return new PodStatusBuilder()
        .withPhase(phase)
        .withPodIP(ADDRESS)
        .addNewCondition()
        .withType("Ready")
        .withStatus(phase.equals("Running") ? "True" : "False")
        .endCondition()
        .build();
  }

  private void report(String pod, PodStatus status) {
    try {
      client
          .pods()
          .inNamespace(namespace)
          .withName(pod)
          .editStatus(
              current -> {
                current.setStatus(status);
                return current;
              });
    } catch (KubernetesClientException | NullPointerException e) {
      if (client.pods().inNamespace(namespace).withName(pod).get() != null) {
        throw e; // else it has been deleted meanwhile
      }
    }
  }

  private Process start(Pod pod) throws IOException {
    String name = pod.getMetadata().getName();
    Container container = pod.getSpec().getContainers().get(0);
    Map<String, String> paths = new HashMap<>(image.folders());
    for (Volume volume : pod.getSpec().getVolumes()) {
      if (volume.getConfigMap() != null) {
        paths.put(mountPath(container, volume), volume(name, volume.getName()).toString());
      }
    }
    Map<String, String> filePaths = Map.copyOf(paths);
    for (Volume volume : pod.getSpec().getVolumes()) {
      Path place = Files.createDirectories(volume(name, volume.getName()));
      if (volume.getConfigMap() != null) {
        fill(place, volume.getConfigMap(), filePaths);
      } else if (!mountPath(container, volume).equals("/tmp")) { // where this test's files are too
        Objects.requireNonNull(volume.getEmptyDir(), volume.getName());
        paths.put(mountPath(container, volume), place.toString());
      }
    }
    List<String> words = new ArrayList<>(image.entrypoint());
    words.addAll(container.getArgs());
    words.replaceAll(word -> translated(word, paths));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().clear();
    environment(pod, container)
        .forEach((key, value) -> builder.environment().put(key, translated(value, paths)));
    return builder
        .directory(Files.createDirectories(folder.resolve(name)).toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(name + ".log").toFile())
        .start();
  }

  private static String mountPath(Container container, Volume volume) {
    return container.getVolumeMounts().stream()
        .filter(mount -> mount.getName().equals(volume.getName()))
        .map(VolumeMount::getMountPath)
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("not mounted: " + volume.getName()));
  }

  /** Waits for the map, as a node does: Spark makes the pod first. */
  private void fill(Path place, ConfigMapVolumeSource source, Map<String, String> paths)
      throws IOException {
    Map<String, String> data =
        client
            .configMaps()
            .inNamespace(namespace)
            .withName(source.getName())
            .waitUntilCondition(Objects::nonNull, 30, TimeUnit.SECONDS)
            .getData();
    for (KeyToPath item : source.getItems()) {
      Files.writeString(place.resolve(item.getPath()), translated(data.get(item.getKey()), paths));
    }
  }

  private Map<String, String> environment(Pod pod, Container container) throws IOException {
    Map<String, String> environment = new HashMap<>(image.environment());
    environment.put("PATH", commands + ":" + System.getenv("PATH"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("KUBERNETES_AUTH_TRYKUBECONFIG", "false"); // no developer's own cluster
    for (EnvVar variable : container.getEnv()) {
      environment.put(variable.getName(), value(variable, pod));
    }
    // The virtual machines are short-lived: not much is worth being compiled well.
    String options = "-XX:TieredStopAtLevel=1 -Djdk.net.hosts.file=" + hosts();
    environment.merge("JAVA_TOOL_OPTIONS", options, (one, two) -> one + " " + two);
    return environment;
  }

  private static String value(EnvVar variable, Pod pod) {
    if (variable.getValueFrom() == null) {
      return variable.getValue() == null ? "" : variable.getValue();
    }
    String field = variable.getValueFrom().getFieldRef().getFieldPath();
    return switch (field) {
      case "status.podIP" -> ADDRESS;
      case "metadata.name" -> pod.getMetadata().getName();
      default -> throw new IllegalArgumentException(field);
    };
  }

  /** The cluster's DNS. */
  private Path hosts() throws IOException {
    List<String> names = new ArrayList<>(List.of("localhost"));
    names.add(InetAddress.getLocalHost().getHostName());
    for (Service service : client.services().inNamespace(namespace).list().getItems()) {
      names.add("%s.%s.svc".formatted(service.getMetadata().getName(), namespace));
    }
    return Files.writeString(
        Files.createTempFile(folder, "hosts", ""), ADDRESS + " " + String.join(" ", names) + "\n");
  }

  private static String translated(String text, Map<String, String> paths) {
    String alternatives =
        paths.keySet().stream()
            .sorted(Comparator.comparing(String::length).reversed())
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));
    return Pattern.compile(alternatives)
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(paths.get(found.group())));
  }

  @Override
  public void close() {
    for (Process process : processes.values()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    threads.shutdownNow();
  }
}
