package io.semimeta.distributed;

import io.semimeta.UserError;
import io.semimeta.algorithm.Collective;
import io.semimeta.algorithm.SoloCollective;
import io.semimeta.model.Placement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.nccl.ProcessGroupNCCL;

/**
 * How the tasks of a barrier stage find each other: rank 0 opens a store on a free port, the tasks
 * tell each other where by Spark's own barrier, and build process groups over it.
 */
final class Rendezvous {
  private Rendezvous() {}

  /**
   * Joins the ranks of this stage; every task calls it once.
   *
   * @param timeout of each later call between the ranks
   * @throws UserError where two ranks run in one executor
   */
  static Collective join(BarrierTaskContext context, Placement placement, Duration timeout) {
    int size = context.getTaskInfos().length;
    int rank = context.partitionId();
    if (size == 1) {
      return new SoloCollective();
    }
    String host = host(context.getTaskInfos()[rank].address());
    Milliseconds limit = new Milliseconds(timeout.toMillis());
    NativeHandles handles = new NativeHandles();
    TCPStore server = rank == 0 ? handles.add(store(host, 0, true, limit)) : null;
    int ownPort = rank == 0 ? server.getPort() & 0xffff : 0;

    String[] messages = context.allGather(SparkEnv.get().executorId() + " " + host + " " + ownPort);
    requireOneRankPerExecutor(messages);
    String[] first = messages[0].split(" ", 3);
    TCPStore client =
        rank == 0 ? server : handles.add(store(first[1], Integer.parseInt(first[2]), false, limit));

    String attempt = context.stageId() + "." + context.stageAttemptNumber();
    Store store = handles.add(new PrefixStore("semimeta/" + attempt, client));
    Backend control = gloo(store, rank, size, host, limit, handles);
    Backend data = placement.isCuda() ? nccl(store, rank, size, handles) : control;
    return new ProcessGroupCollective(
        rank, size, data, control, handles, timeout, context::isInterrupted);
  }

  static TCPStore store(String host, int port, boolean isServer, Milliseconds timeout) {
    TCPStoreOptions options =
        new TCPStoreOptions()
            .port((short) port)
            .isServer(isServer)
            .waitWorkers(false)
            .timeout(timeout);
    return new TCPStore(host, options);
  }

  static Backend gloo(
      Store store, int rank, int size, String host, Milliseconds timeout, NativeHandles handles) {
    Store own = handles.add(new PrefixStore("gloo", store));
    ProcessGroupGloo.Options options = handles.add(ProcessGroupGloo.Options.create(timeout));
    options.devices(new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(host)));
    return handles.add(new ProcessGroupGloo(own, rank, size, options));
  }

  private static Backend nccl(Store store, int rank, int size, NativeHandles handles) {
    Store own = handles.add(new PrefixStore("nccl", store));
    return handles.add(new ProcessGroupNCCL(own, rank, size));
  }

  /** From host:port, where the host may be an IPv6 address in brackets. */
  private static String host(String address) {
    int colon = address.lastIndexOf(':');
    String host = colon < 0 ? address : address.substring(0, colon);
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static void requireOneRankPerExecutor(String[] messages) {
    Set<String> executors = new HashSet<>();
    for (String message : messages) {
      String executor = message.substring(0, message.indexOf(' '));
      if (!executors.add(executor)) {
        throw new UserError(
            "two ranks share executor %s; set spark.task.cpus to the value of spark.executor.cores"
                .formatted(executor));
      }
    }
  }
}
