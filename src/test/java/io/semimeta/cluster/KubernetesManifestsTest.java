package io.semimeta.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.k8s.KubernetesConf$;
import org.apache.spark.internal.config.package$;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfile$;
import org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Option;

/** The files of deploy/kubernetes: that nothing in them is misspelt, and that they fit together. */
class KubernetesManifestsTest {
  private static final Path DEPLOY = Path.of("deploy", "kubernetes");

  @TempDir Path folder;

  /** Objects of a file. Unlike Kubernetes' client, this refuses a field that it doesn't know. */
  private static List<HasMetadata> read(Path file) throws IOException {
    ObjectMapper strict = new ObjectMapper();
    strict.setAnnotationIntrospector(
        new JacksonAnnotationIntrospector() {
          @Override
          public Boolean hasAnySetter(Annotated member) {
            return false;
          }
        });
    List<HasMetadata> objects = new ArrayList<>();
    List<JsonNode> documents =
        new YAMLMapper().readerFor(JsonNode.class).<JsonNode>readValues(file.toFile()).readAll();
    for (JsonNode document : documents) {
      HasMetadata object = Serialization.unmarshal(document.toString(), HasMetadata.class);
      objects.add(strict.treeToValue(document, object.getClass()));
    }
    return objects;
  }

  private static <T extends HasMetadata> T only(Class<T> type) throws IOException {
    List<T> found =
        read(DEPLOY.resolve("namespace.yaml")).stream()
            .filter(type::isInstance)
            .map(type::cast)
            .toList();
    assertEquals(1, found.size());
    return found.get(0);
  }

  private static Pod template(String role) throws IOException {
    HasMetadata object = read(DEPLOY.resolve(role + ".yaml")).get(0);
    if (object instanceof Job job) {
      PodTemplateSpec pod = job.getSpec().getTemplate();
      return new PodBuilder().withMetadata(pod.getMetadata()).withSpec(pod.getSpec()).build();
    }
    return (Pod) object;
  }

  private static SparkConf conf(String... files) throws IOException {
    SparkConf conf = new SparkConf(false);
    for (String file : files) {
      Properties properties = new Properties();
      try (var reader = Files.newBufferedReader(DEPLOY.resolve(file))) {
        properties.load(reader);
      }
      properties.forEach((name, value) -> conf.set((String) name, ((String) value).strip()));
    }
    return conf;
  }

  /** Otherwise it drops files whose names are not ASCII. */
  @Test
  void theImageHasAUtf8Locale() throws IOException {
    assertTrue(Files.readAllLines(DEPLOY.resolve("Dockerfile")).contains("ENV LC_ALL=C.UTF-8"));
  }

  @Test
  void aMisspeltFieldIsFound() throws IOException {
    String text = Files.readString(DEPLOY.resolve("executor.yaml"));
    Path typo =
        Files.writeString(
            folder.resolve("typo.yaml"), text.replace("runAsNonRoot", "runAsNonroot"));
    UnrecognizedPropertyException thrown =
        assertThrows(UnrecognizedPropertyException.class, () -> read(typo));
    assertEquals("runAsNonroot", thrown.getPropertyName());
  }

  /** Pod security's level "restricted", which the namespace enforces. */
  @ParameterizedTest
  @ValueSource(strings = {"driver", "executor", "job"})
  void podsMayDoNothingThatTheyNeedNot(String role) throws IOException {
    Pod pod = template(role);
    Container container = pod.getSpec().getContainers().get(0);
    SecurityContext rights = container.getSecurityContext();
    assertTrue(pod.getSpec().getSecurityContext().getRunAsNonRoot());
    assertTrue(pod.getSpec().getSecurityContext().getRunAsUser() > 0);
    assertEquals(
        "RuntimeDefault", pod.getSpec().getSecurityContext().getSeccompProfile().getType());
    assertFalse(rights.getAllowPrivilegeEscalation());
    assertTrue(rights.getReadOnlyRootFilesystem());
    assertEquals(List.of("ALL"), rights.getCapabilities().getDrop());
    for (Volume volume : pod.getSpec().getVolumes()) {
      boolean conf = role.equals("job") && volume.getConfigMap() != null;
      assertTrue(conf || volume.getEmptyDir() != null, volume.getName());
    }
    Map<String, String> level = only(Namespace.class).getMetadata().getLabels();
    assertEquals("restricted", level.get("pod-security.kubernetes.io/enforce"));
  }

  @Test
  void onlyThePodsReachEachOther() throws IOException {
    NetworkPolicySpec policy = only(NetworkPolicy.class).getSpec();
    assertTrue(policy.getPolicyTypes().contains("Ingress"));
    assertEquals(1, policy.getIngress().size());
    assertEquals(1, policy.getIngress().get(0).getFrom().size());
    assertEquals(List.of(), policy.getIngress().get(0).getPorts());
    LabelSelector from = policy.getIngress().get(0).getFrom().get(0).getPodSelector();
    for (String role : List.of("driver", "executor", "job")) {
      Map<String, String> labels = template(role).getMetadata().getLabels();
      assertTrue(
          labels.entrySet().containsAll(policy.getPodSelector().getMatchLabels().entrySet()));
      assertTrue(labels.entrySet().containsAll(from.getMatchLabels().entrySet()));
    }
    assertFalse(from.getMatchLabels().isEmpty());
  }

  @Test
  void onlyTheDriverHasRights() throws IOException {
    SparkConf conf = conf("semimeta.conf");
    String driver = conf.get("spark.kubernetes.authenticate.driver.serviceAccountName");
    String executor = conf.get("spark.kubernetes.authenticate.executor.serviceAccountName");
    List<String> accounts =
        read(DEPLOY.resolve("namespace.yaml")).stream()
            .filter(ServiceAccount.class::isInstance)
            .map(account -> account.getMetadata().getName())
            .toList();
    assertEquals(List.of(driver, executor), accounts);
    RoleBinding binding = only(RoleBinding.class);
    assertEquals(only(Role.class).getMetadata().getName(), binding.getRoleRef().getName());
    assertEquals(1, binding.getSubjects().size());
    assertEquals(driver, binding.getSubjects().get(0).getName());
    String namespace = only(Namespace.class).getMetadata().getName();
    assertEquals(namespace, conf.get("spark.kubernetes.namespace"));
    assertEquals(namespace, binding.getSubjects().get(0).getNamespace());
    for (HasMetadata object : read(DEPLOY.resolve("namespace.yaml"))) {
      String place = object.getMetadata().getNamespace();
      assertTrue(object instanceof Namespace || namespace.equals(place), object.getKind());
    }
  }

  @AfterEach
  void clear() {
    ResourceProfile$.MODULE$.clearDefaultProfile();
  }

  /** An executor's container, from Spark's own builder. */
  private static Container executor(SparkConf conf) {
    conf.set("spark.kubernetes.container.image", "example/semimeta:1")
        .set(
            "spark.kubernetes.executor.podTemplateFile", DEPLOY.resolve("executor.yaml").toString())
        .set("spark.driver.host", "driver");
    ResourceProfile profile = ResourceProfile$.MODULE$.reInitDefaultProfile(conf);
    try (KubernetesClient client =
        new KubernetesClientBuilder().withConfig(Config.empty()).build()) {
      return new KubernetesExecutorBuilder()
          .buildFromFeatures(
              KubernetesConf$.MODULE$.createExecutorConf(conf, "1", "app", Option.empty(), 0),
              new SecurityManager(conf, Option.empty(), package$.MODULE$.AUTH_SECRET_FILE()),
              client,
              profile)
          .pod()
          .container();
    }
  }

  @Test
  void executorsAskForMemoryOutsideTheHeap() throws IOException {
    Map<String, Quantity> limits = executor(conf("semimeta.conf")).getResources().getLimits();
    assertEquals(Map.of("memory", new Quantity("8192", "Mi")), limits);
  }

  @Test
  void executorsAskForAGpuInTheVariantForGpus() throws IOException {
    Container container = executor(conf("semimeta.conf", "gpu.conf"));
    assertEquals(new Quantity("1"), container.getResources().getLimits().get("nvidia.com/gpu"));
    assertTrue(
        container.getEnv().stream()
            .anyMatch(variable -> variable.getName().equals("NVIDIA_DRIVER_CAPABILITIES")));
  }
}
