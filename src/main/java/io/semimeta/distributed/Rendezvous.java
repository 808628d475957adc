package io.semimeta.distributed;

import io.semimeta.UserError;
import io.semimeta.algorithm.Collective;
import io.semimeta.algorithm.SoloCollective;
import io.semimeta.model.NativeLibrary;
import io.semimeta.model.Placement;
import java.io.IOException;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.IntOptional;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.nccl.ProcessGroupNCCL;

/**
 * Lets the tasks of a barrier stage find each other: rank 0 opens a store, the tasks tell each
 * other where by Spark's own barrier, and they build process groups over it. A plain task is alone.
 */
final class Rendezvous {
  /** This setting of Spark's names the store's port; the default, 0, is a free one. */
  private static final String STORE_PORT = "spark.semimeta.store.port";

  /** Keeps sockets whose descriptors the store closes, so that nobody else does. */
  private static final Set<ServerSocketChannel> HANDED_OVER = ConcurrentHashMap.newKeySet();

  private Rendezvous() {}

  /**
   * Joins the ranks of this stage; every task calls it once.
   *
   * @param task a task of a barrier stage, or a plain one
   * @param timeout the longest time of each later call between the ranks
   * @throws UserError where two ranks run in one executor
   */
  static Collective join(TaskContext task, Placement placement, Duration timeout) {
    if (!(task instanceof BarrierTaskContext context)) {
      return new SoloCollective();
    }
    int size = context.getTaskInfos().length;
    int rank = context.partitionId();
    String host = host(context.getTaskInfos()[rank].address());
    Milliseconds limit = new Milliseconds(timeout.toMillis());
    NativeHandles handles = new NativeHandles();
    TCPStore server = rank == 0 ? handles.add(openStore(bound(host), limit)) : null;
    int ownPort = rank == 0 ? server.getPort() & 0xffff : 0;

    String[] messages = context.allGather(SparkEnv.get().executorId() + " " + host + " " + ownPort);
    requireOneRankPerExecutor(messages);
    String[] first = messages[0].split(" ", 3);
    TCPStore client =
        rank == 0 ? server : handles.add(connect(first[1], Integer.parseInt(first[2]), limit));

    String attempt = context.stageId() + "." + context.stageAttemptNumber();
    Store store = handles.add(new PrefixStore("semimeta/" + attempt, client));
    Backend control = gloo(store, rank, size, host, limit, handles);
    Backend data = placement.isCuda() ? nccl(store, rank, size, handles) : control;
    return new ProcessGroupCollective(
        rank, size, data, control, handles, timeout, context::isInterrupted);
  }

  /**
   * Opens a store that listens on one address. Left to itself libtorch would listen on all
   * addresses of the machine, so it is handed a socket that is bound already.
   */
  static TCPStore openStore(ServerSocketChannel socket, Milliseconds timeout) {
    TCPStore store =
        new TCPStore(
            socket.socket().getInetAddress().getHostAddress(),
            options(socket.socket().getLocalPort(), timeout)
                .isServer(true)
                .masterListenFd(new IntOptional(descriptor(socket))));
    HANDED_OVER.add(socket);
    return store;
  }

  /** Binds the port that the settings name, or one of the next, as Spark binds its own ports. */
  private static ServerSocketChannel bound(String host) {
    SparkConf conf = SparkEnv.get().conf();
    return bound(host, conf.getInt(STORE_PORT, 0), conf.getInt("spark.port.maxRetries", 16));
  }

  /**
   * Binds a socket to a port of one address.
   *
   * @param port the first port to try, or 0 for any free one
   * @param retries how many of the next ports are tried while they are taken
   */
  static ServerSocketChannel bound(String host, int port, int retries) {
    IOException taken = null;
    for (int next = port; next <= (port == 0 ? 0 : port + retries); next++) {
      try {
        ServerSocketChannel socket = ServerSocketChannel.open();
        try {
          return socket.bind(new InetSocketAddress(host, next));
        } catch (IOException e) {
          socket.close();
          throw e;
        }
      } catch (IOException e) {
        taken = e;
      }
    }
    throw new UserError(
        ("%s=%s: rank 0 cannot listen on %s, nor on the next %s ports (%s); give another one, or"
                + " raise spark.port.maxRetries")
            .formatted(STORE_PORT, port, host, port == 0 ? 0 : retries, taken.getMessage()),
        taken);
  }

  /** Returns the descriptor, which the JDK shows to itself alone, but Spark opens to all. */
  private static int descriptor(ServerSocketChannel socket) {
    try {
      Method descriptor = socket.getClass().getMethod("getFDVal");
      descriptor.setAccessible(true);
      return (int) descriptor.invoke(socket);
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      throw new IllegalStateException(
          "the executor's Java options lack --add-opens=java.base/sun.nio.ch=ALL-UNNAMED, which"
              + " Spark adds by itself",
          e);
    }
  }

  /** Joins the store that another process has opened. */
  static TCPStore connect(String host, int port, Milliseconds timeout) {
    return new TCPStore(host, options(port, timeout).isServer(false));
  }

  private static TCPStoreOptions options(int port, Milliseconds timeout) {
    return new TCPStoreOptions().port((short) port).waitWorkers(false).timeout(timeout);
  }

  static Backend gloo(
      Store store, int rank, int size, String host, Milliseconds timeout, NativeHandles handles) {
    Store own = handles.add(new PrefixStore("gloo", store));
    ProcessGroupGloo.Options options = handles.add(ProcessGroupGloo.Options.create(timeout));
    options.devices(new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(host)));
    return handles.add(new ProcessGroupGloo(own, rank, size, options));
  }

  private static Backend nccl(Store store, int rank, int size, NativeHandles handles) {
    NativeLibrary.loadNccl();
    Store own = handles.add(new PrefixStore("nccl", store));
    return handles.add(new ProcessGroupNCCL(own, rank, size));
  }

  /** Returns the hosts of the stage's tasks, in rank order. */
  static List<String> hosts(TaskContext task) {
    if (!(task instanceof BarrierTaskContext context)) {
      return List.of(SparkEnv.get().blockManager().blockManagerId().host());
    }
    return Arrays.stream(context.getTaskInfos()).map(info -> host(info.address())).toList();
  }

  /** Takes the host from host:port, where it may be an IPv6 address in brackets. */
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
