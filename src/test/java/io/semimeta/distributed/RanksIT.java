package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.algorithm.Collective;
import io.semimeta.data.RankRecords;
import io.semimeta.data.RecordPosition;
import io.semimeta.model.NativeLibrary;
import io.semimeta.model.Placement;
import io.semimeta.plan.DataRequest;
import io.semimeta.plan.TestPlans;
import io.semimeta.plan.TestRequest;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import scala.collection.Iterator;
import scala.collection.Iterator$;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/** Who is who on three executors of one host. */
class RanksIT {
  private static final int RANKS = 3;
  private static final int STORE_PORT = 23_450;

  /** What a rank says of itself, and hears of the others. */
  private record Member(
      String executor,
      int partition,
      int rank,
      int size,
      List<Long> heard,
      List<Long> ids,
      List<String> listening)
      implements Serializable {}

  /** Joins the others as {@link RankTask} does. */
  private static final class Join extends AbstractFunction1<Iterator<RankRecords>, Iterator<Member>>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Member> apply(Iterator<RankRecords> records) {
      NativeLibrary.load(1);
      List<Long> ids = new ArrayList<>();
      records.next().iterator().forEachRemaining(r -> ids.add(r.record().id()));
      BarrierTaskContext context = BarrierTaskContext.get();
      try (Collective ranks = Rendezvous.join(context, Placement.CPU, Duration.ofMinutes(1))) {
        List<Long> heard =
            ranks.allGather(context.partitionId()).stream().map(numbers -> numbers[0]).toList();
        List<String> listening = ListeningSockets.of(ProcessHandle.current().pid());
        ranks.allGather(0); // nobody leaves before all have heard
        Member member =
            new Member(
                SparkEnv.get().executorId(),
                context.partitionId(),
                ranks.rank(),
                ranks.size(),
                heard,
                ids,
                listening);
        return Iterator$.MODULE$.single(member);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static SparkSession session() throws URISyntaxException {
    Path tests = Path.of(RanksIT.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    SparkConf conf =
        new SparkConf()
            .setMaster("local-cluster[3,1,768]")
            .setAppName("RanksIT")
            .set("spark.ui.enabled", "false")
            .set("spark.executor.extraClassPath", System.getProperty("semimeta.jar") + ":" + tests)
            .set("spark.executor.memory", "768m")
            .set("spark.semimeta.store.port", Integer.toString(STORE_PORT))
            .set("spark.port.maxRetries", "40")
            .set("spark.task.reaper.enabled", "true");
    return SparkSession.builder().config(conf).getOrCreate();
  }

  /** Rank r is the task of partition r and holds its images: together, each once. */
  @Test
  void aRankIsItsPartition() throws IOException, URISyntaxException {
    try (SparkSession session = session()) {
      JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
      DataRequest request = DataRequest.drawn(TestRequest.SAMPLE, 40, 50);
      TrainingData data = TrainingData.read(spark, request, TestPlans.SEMIMETA, 0);
      JavaRDD<RankRecords> records = data.records(spark, RANKS, 0, TestPlans.SEMIMETA);
      List<Member> members =
          records
              .rdd()
              .barrier()
              .mapPartitions(new Join(), false, ClassTag$.MODULE$.<Member>apply(Member.class))
              .toJavaRDD()
              .collect();

      assertEquals(RANKS, members.size());
      Set<String> executors = new HashSet<>();
      List<Long> read = new ArrayList<>();
      for (int rank = 0; rank < RANKS; rank++) {
        Member member = members.get(rank);
        assertEquals(rank, member.partition());
        assertEquals(rank, member.rank());
        assertEquals(RANKS, member.size());
        assertEquals(List.of(0L, 1L, 2L), member.heard(), "in the order of ranks, on each");
        assertTrue(member.ids().size() > 3000, "a share of its own");
        assertNoneIsOpenToAll(member);
        executors.add(member.executor());
        read.addAll(member.ids());
      }
      assertEquals(RANKS, executors.size());
      assertEquals(
          Stream.of(data.split().labelled(), data.split().validation(), data.split().unlabelled())
              .flatMap(List::stream)
              .map(RecordPosition::id)
              .sorted()
              .toList(),
          read.stream().sorted().toList());
    }
  }

  /** Spark's block manager, Gloo, and on rank 0 the store: all on the executor's own address. */
  private static void assertNoneIsOpenToAll(Member member) {
    int sparks = 1;
    assertTrue(
        member.listening().size() >= sparks + (member.rank() == 0 ? 2 : 1),
        member.listening() + "");
    for (String socket : member.listening()) {
      assertTrue(socket.startsWith("127.0.0.1:"), member.listening() + "");
    }
    boolean hasStore =
        member.listening().stream()
            .mapToInt(socket -> Integer.parseInt(socket.substring(socket.lastIndexOf(':') + 1)))
            .anyMatch(port -> port >= STORE_PORT && port <= STORE_PORT + 40);
    assertEquals(member.rank() == 0, hasStore, member.listening() + "");
  }
}
