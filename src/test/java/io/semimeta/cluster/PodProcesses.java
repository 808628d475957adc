package io.semimeta.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes a process of a pod's container: gives it its environment, its volumes as folders and its
 * services' names. Paths of the image and of mounts become those of this machine.
 */
final class PodProcesses {
  static final String ADDRESS = "127.0.0.1";
  private static final String ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

  private final String imageName;
  private final ImageFolder image;
  private final Path folder;
  private final Path commands;

  /** Says why a container cannot start yet, in the words of Kubernetes' own kubelet. */
  static final class WaitingException extends Exception {
    private static final long serialVersionUID = 1;
    private final String reason;

    WaitingException(String reason, String message) {
      super(message);
      this.reason = reason;
    }

    String reason() {
      return reason;
    }
  }

  /**
   * Makes what has started no pods yet.
   *
   * @param imageName the only image that can be pulled
   * @param folder for logs and volumes
   * @param commands what the node puts first on a container's PATH
   */
  PodProcesses(String imageName, ImageFolder image, Path folder, Path commands) {
    this.imageName = imageName;
    this.image = image;
    this.folder = folder;
    this.commands = commands;
  }

  Path log(String pod) {
    return folder.resolve(pod + ".log");
  }

  /** Returns the folder that stands for a volume of a pod. */
  Path volume(String pod, String name) {
    return folder.resolve(pod).resolve(name);
  }

  /**
   * Starts the container.
   *
   * @param client the node's
   * @throws WaitingException where something is missing that may come
   */
  Process start(Pod pod, KubernetesClient client) throws IOException, WaitingException {
    String name = pod.getMetadata().getName();
    Container container = pod.getSpec().getContainers().get(0);
    if (!container.getImage().equals(imageName)) {
      throw new WaitingException(
          "ImagePullBackOff", "Back-off pulling image \"%s\"".formatted(container.getImage()));
    }
    Map<String, String> paths = new HashMap<>(image.folders());
    for (Volume volume : pod.getSpec().getVolumes()) {
      String mount = mountPath(container, volume);
      if (!mount.equals("/tmp")) { // where this test's files are too
        paths.put(mount, volume(name, volume.getName()).toString());
      }
    }
    for (Volume volume : pod.getSpec().getVolumes()) {
      fill(volume, pod, client, paths);
    }
    Map<String, String> environment = environment(pod, container, client, paths);
    List<String> words = new ArrayList<>(image.entrypoint());
    container.getArgs().forEach(word -> words.add(expanded(word, environment)));
    words.replaceAll(word -> translated(word, paths));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().clear();
    environment.forEach((key, value) -> builder.environment().put(key, translated(value, paths)));
    return builder
        .directory(Files.createDirectories(folder.resolve(name)).toFile())
        .redirectErrorStream(true)
        .redirectOutput(log(name).toFile())
        .start();
  }

  private static String mountPath(Container container, Volume volume) {
    return container.getVolumeMounts().stream()
        .filter(mount -> mount.getName().equals(volume.getName()))
        .map(VolumeMount::getMountPath)
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("not mounted: " + volume.getName()));
  }

  private void fill(Volume volume, Pod pod, KubernetesClient client, Map<String, String> paths)
      throws IOException, WaitingException {
    Path place = Files.createDirectories(volume(pod.getMetadata().getName(), volume.getName()));
    String namespace = pod.getMetadata().getNamespace();
    if (volume.getConfigMap() != null) {
      String name = volume.getConfigMap().getName();
      write(place, configMap(namespace, name, client), volume.getConfigMap().getItems(), paths);
    } else if (volume.getProjected() != null) {
      for (VolumeProjection source : volume.getProjected().getSources()) {
        if (source.getServiceAccountToken() != null) {
          Files.writeString(
              place.resolve(source.getServiceAccountToken().getPath()), token(pod, client));
        } else if (source.getConfigMap() != null) {
          String name = source.getConfigMap().getName();
          write(place, configMap(namespace, name, client), source.getConfigMap().getItems(), paths);
        } else { // the downward API's one file of an account
          Files.writeString(place.resolve("namespace"), namespace);
        }
      }
    } else if (volume.getEmptyDir() == null) {
      throw new IllegalArgumentException("volume " + volume);
    }
  }

  private static void write(
      Path place, Map<String, String> data, List<KeyToPath> items, Map<String, String> paths)
      throws IOException {
    for (Map.Entry<String, String> entry : data.entrySet()) {
      String file =
          items.stream()
              .filter(item -> item.getKey().equals(entry.getKey()))
              .map(KeyToPath::getPath)
              .findAny()
              .orElse(entry.getKey());
      Files.writeString(place.resolve(file), translated(entry.getValue(), paths));
    }
  }

  private static Map<String, String> configMap(
      String namespace, String name, KubernetesClient client) throws WaitingException {
    return Optional.ofNullable(client.configMaps().inNamespace(namespace).withName(name).get())
        .orElseThrow(
            () ->
                new WaitingException(
                    "ContainerCreating", "configmap \"%s\" not found".formatted(name)))
        .getData();
  }

  /** Returns a token of the pod's account, which ends with the pod. */
  private static String token(Pod pod, KubernetesClient client) {
    String path =
        "/api/v1/namespaces/%s/serviceaccounts/%s/token"
            .formatted(pod.getMetadata().getNamespace(), pod.getSpec().getServiceAccountName());
    Map<String, Object> owner =
        Map.of(
            "apiVersion",
            "v1",
            "kind",
            "Pod",
            "name",
            pod.getMetadata().getName(),
            "uid",
            pod.getMetadata().getUid());
    Map<String, Object> request =
        Map.of(
            "apiVersion", "authentication.k8s.io/v1",
            "kind", "TokenRequest",
            "spec", Map.of("expirationSeconds", 3607, "boundObjectRef", owner));
    String answer = client.raw(path, "POST", request);
    Matcher token = Pattern.compile("\"token\":\"([^\"]+)\"").matcher(answer);
    if (!token.find()) {
      throw new IllegalStateException(answer);
    }
    return token.group(1);
  }

  private Map<String, String> environment(
      Pod pod, Container container, KubernetesClient client, Map<String, String> paths)
      throws IOException, WaitingException {
    Map<String, String> environment = new HashMap<>(image.environment());
    environment.put("PATH", commands + ":" + System.getenv("PATH"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("KUBERNETES_AUTH_TRYKUBECONFIG", "false"); // no developer's own cluster
    URI server = URI.create(client.getConfiguration().getMasterUrl());
    environment.put("KUBERNETES_SERVICE_HOST", server.getHost());
    environment.put("KUBERNETES_SERVICE_PORT", "" + server.getPort());
    if (paths.containsKey(ACCOUNT)) { // the client looks for them there without being told
      environment.put("KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN", ACCOUNT + "/token");
      environment.put("KUBERNETES_CERTS_CA_FILE", ACCOUNT + "/ca.crt");
    }
    for (EnvVar variable : container.getEnv()) {
      String value =
          variable.getValueFrom() == null
              ? Optional.ofNullable(variable.getValue()).orElse("")
              : value(variable.getValueFrom(), pod, client);
      environment.put(variable.getName(), expanded(value, environment));
    }
    // The virtual machines are short-lived: not much is worth being compiled well.
    String options = "-XX:TieredStopAtLevel=1 -Djdk.net.hosts.file=" + hosts(pod, client);
    environment.merge("JAVA_TOOL_OPTIONS", options, (one, two) -> one + " " + two);
    return environment;
  }

  private static String value(EnvVarSource source, Pod pod, KubernetesClient client)
      throws WaitingException {
    if (source.getSecretKeyRef() != null) {
      String name = source.getSecretKeyRef().getName();
      String data =
          Optional.ofNullable(
                  client
                      .secrets()
                      .inNamespace(pod.getMetadata().getNamespace())
                      .withName(name)
                      .get())
              .orElseThrow(
                  () ->
                      new WaitingException(
                          "CreateContainerConfigError", "secret \"%s\" not found".formatted(name)))
              .getData()
              .get(source.getSecretKeyRef().getKey());
      return new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
    }
    String field = source.getFieldRef().getFieldPath();
    return switch (field) {
      case "status.podIP" -> ADDRESS;
      case "metadata.name" -> pod.getMetadata().getName();
      default -> throw new IllegalArgumentException(field);
    };
  }

  /** Writes what the cluster's DNS knows. */
  private Path hosts(Pod pod, KubernetesClient client) throws IOException {
    String namespace = pod.getMetadata().getNamespace();
    List<String> names = new ArrayList<>(List.of("localhost"));
    names.add(InetAddress.getLocalHost().getHostName());
    for (Service service : client.services().inNamespace(namespace).list().getItems()) {
      names.add("%s.%s.svc".formatted(service.getMetadata().getName(), namespace));
    }
    return Files.writeString(
        folder.resolve(pod.getMetadata().getName() + ".hosts"),
        ADDRESS + " " + String.join(" ", names) + "\n");
  }

  /** Replaces {@code $(NAME)}, as Kubernetes does. */
  private static String expanded(String text, Map<String, String> environment) {
    return Pattern.compile("\\$\\((\\w+)\\)")
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(environment.getOrDefault(found.group(1), found.group())));
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
}
