package io.semimeta.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import java.net.InetAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.mockwebserver.MockResponse;
import okhttp3.mockwebserver.MockWebServer;
import okhttp3.mockwebserver.RecordedRequest;
import okio.Buffer;

/** fabric8's API server, which keeps what it is told; and remembers who asked for what. */
final class ApiServer implements AutoCloseable {
  private static final String OWN_AGENT = "test";
  private static final Pattern PATH =
      Pattern.compile(
          "/apis?/(?:[^/]+/)?v1/(?:namespaces/[^/]+/)?(?<resource>[^/?]+)(?<name>/[^/?]+)?[^?]*(?<query>.*)");

  private final Set<String> asked = new ConcurrentSkipListSet<>();
  private final KubernetesMockServer server =
      new KubernetesMockServer(
          new Context(),
          new MockWebServer(),
          new HashMap<>(),
          new KubernetesCrudDispatcher(List.of()) {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
              remember(request);
              boolean apply =
                  request.getPath().contains("fieldManager=")
                      && handleGet(path(request)).getStatus().contains("404");
              return super.dispatch(completed(apply ? creation(request) : request));
            }
          },
          false);

  ApiServer() {
    server.init(InetAddress.getLoopbackAddress(), 0);
  }

  /** The address without a slash at its end. */
  String url() {
    return server.url("/").toString().replaceAll("/$", "");
  }

  /** A client whose requests are not remembered. */
  KubernetesClient client() {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
                .withMasterUrl(url())
                .withUserAgent(OWN_AGENT)
                .build())
        .build();
  }

  private void remember(RecordedRequest request) {
    Matcher path = PATH.matcher(request.getPath());
    if (!OWN_AGENT.equals(request.getHeader("User-Agent")) && path.matches()) {
      asked.add(verb(request.getMethod(), path) + " " + path.group("resource"));
    }
  }

  /** What Kubernetes' authorizer calls a request. */
  private static String verb(String method, Matcher path) {
    boolean one = path.group("name") != null;
    return switch (method) {
      case "GET" -> path.group("query").contains("watch=true") ? "watch" : one ? "get" : "list";
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> one ? "delete" : "deletecollection";
      default -> throw new IllegalStateException(method);
    };
  }

  /** A server-side apply of what isn't there yet, which fabric8's server doesn't know. */
  private static RecordedRequest creation(RecordedRequest apply) {
    return request(apply, path(apply).replaceAll("/[^/]*$", ""), apply.getBody());
  }

  /** A new pod is pending. */
  private static RecordedRequest completed(RecordedRequest request) {
    if (!request.getMethod().equals("POST") || !path(request).endsWith("/pods")) {
      return request;
    }
    Pod pod = Serialization.unmarshal(request.getBody().readUtf8(), Pod.class);
    pod.setStatus(new PodStatusBuilder().withPhase("Pending").build());
    return request(request, path(request), new Buffer().writeUtf8(Serialization.asJson(pod)));
  }

  private static String path(RecordedRequest request) {
    return request.getPath().replaceAll("[?].*", "");
  }

  private static RecordedRequest request(RecordedRequest from, String path, Buffer body) {
    return new RecordedRequest(
        "POST " + path + " HTTP/1.1",
        from.getHeaders(),
        List.of(),
        body.size(),
        body,
        from.getSequenceNumber(),
        new Socket());
  }

  /** Forgets all requests until now. */
  void forget() {
    asked.clear();
  }

  /** The requests since {@link #forget}, such as {@code create pods}. */
  Set<String> asked() {
    return new TreeSet<>(asked);
  }

  /** What the rules allow, in the same words. */
  static Set<String> allowed(List<PolicyRule> rules) {
    Set<String> allowed = new TreeSet<>();
    for (PolicyRule rule : rules) {
      for (String verb : rule.getVerbs()) {
        rule.getResources().forEach(resource -> allowed.add(verb + " " + resource));
      }
    }
    return allowed;
  }

  @Override
  public void close() {
    server.destroy();
  }
}
