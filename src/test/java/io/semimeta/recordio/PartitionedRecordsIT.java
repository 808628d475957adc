package io.semimeta.recordio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.data.DatasetManifest.Split;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.LabelBalance;
import io.semimeta.data.LabelSplit;
import io.semimeta.data.RankRecords;
import io.semimeta.data.RecordList;
import io.semimeta.data.RecordPosition;
import io.semimeta.data.Role;
import io.semimeta.data.RoleRecord;
import io.semimeta.source.TestSources;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.lang3.SerializationUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SerializableWritable;
import org.apache.spark.api.java.JavaRDD;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionedRecordsIT {
  private static final int TRAIN = 211;
  private static final int TEST = 37;

  @TempDir private static Path folder;
  private static LocalSpark spark;
  private static DatasetManifest manifest;
  private static List<RecordPosition> train;
  private static List<RecordPosition> test;

  @BeforeAll
  static void prepare() throws IOException {
    spark = new LocalSpark("local[2]");
    TestSources.idx(folder.resolve("in"), "train", TRAIN, 8, 4);
    TestSources.idx(folder.resolve("in"), "t10k", TEST, 8, 4);
    Path out = folder.resolve("out");
    manifest =
        spark.prepare(
            out,
            List.of(
                "--format",
                "idx",
                "--input",
                folder.resolve("in").toString(),
                "--output",
                out.toString()));
    train = RecordPositions.scan(spark.context(), data(), manifest, "train");
    test = RecordPositions.scan(spark.context(), data(), manifest, "test");
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  private static URI data() {
    return folder.resolve("out").toUri();
  }

  private static JavaRDD<RoleRecord> rdd(LabelSplit split, int ranks) {
    return PartitionedRecords.rdd(spark.context(), data(), manifest, split, test, ranks, 1)
        .flatMap(RankRecords::iterator);
  }

  private static List<Map<Role, List<Long>>> idsByRank(LabelSplit split, int ranks) {
    List<Map<Role, List<Long>>> byRank = new ArrayList<>();
    for (List<RoleRecord> partition : rdd(split, ranks).glom().collect()) {
      Map<Role, List<Long>> byRole = new EnumMap<>(Role.class);
      Role last = Role.LABELLED;
      for (RoleRecord value : partition) {
        assertTrue(value.role().compareTo(last) >= 0);
        last = value.role();
        byRole.computeIfAbsent(last, role -> new ArrayList<>()).add(value.record().id());
        assertEquals(value.record().id() % 4, value.record().label());
      }
      byRank.add(byRole);
    }
    return byRank;
  }

  private static LabelSplit draw(int numLabel, int numValid) {
    return LabelSplit.draw(
        train, numLabel, new LabelSplit.Rules(manifest.classes(), numValid, LabelBalance.EQUAL, 1));
  }

  @Test
  void scanSeesEveryRecordInOrder() throws IOException {
    assertEquals(TRAIN, train.size());
    assertEquals(TEST, test.size());
    List<RecordPosition> read = new ArrayList<>();
    for (int shard = 0; shard < 4; shard++) {
      String file = manifest.splits().get("train").shards().get(shard).file();
      var path = new org.apache.hadoop.fs.Path(folder.resolve("out").resolve(file).toUri());
      try (RecordReader reader = RecordReader.open(path, new Configuration())) {
        long offset = reader.position();
        for (var image = reader.next(); image != null; image = reader.next()) {
          read.add(new RecordPosition(shard, offset, image.id(), image.label()));
          offset = reader.position();
        }
      }
    }
    assertEquals(read, train);
  }

  @Test
  void everyRecordGoesToOneRankInEvenShares() {
    LabelSplit split = draw(13, 10);
    Map<Role, List<RecordPosition>> expected =
        Map.of(
            Role.LABELLED, split.labelled(),
            Role.VALIDATION, split.validation(),
            Role.UNLABELLED, split.unlabelled(),
            Role.TEST, test);
    for (int ranks = 1; ranks <= 3; ranks++) {
      List<Map<Role, List<Long>>> byRank = idsByRank(split, ranks);
      assertEquals(ranks, byRank.size());
      expected.forEach((role, positions) -> assertShares(byRank, role, positions));
      assertEquals(byRank, idsByRank(split, ranks));
    }
  }

  @Test
  void recordsCanBeReadByTheirPlaceToo() {
    LabelSplit split = draw(13, 10);
    for (int ranks = 1; ranks <= 3; ranks++) {
      List<Map<Role, List<Long>>> listed =
          PartitionedRecords.rdd(spark.context(), data(), manifest, split, test, ranks, 1)
              .map(PartitionedRecordsIT::listed)
              .collect();
      assertEquals(idsByRank(split, ranks), listed);
    }
  }

  @Test
  void aTaskThatWantsNoMoreLeavesNoFileOpen() throws IOException {
    LabelSplit split = draw(13, 10);
    List<Role> first =
        PartitionedRecords.rdd(spark.context(), data(), manifest, split, test, 2, 1)
            .map(records -> records.iterator().next().role())
            .collect();
    assertEquals(List.of(Role.LABELLED, Role.LABELLED), first);
    assertEquals(List.of(), TestSources.open(folder.resolve("out").toRealPath()));
  }

  /** In pieces, from the end. */
  private static Map<Role, List<Long>> listed(RankRecords records) {
    Map<Role, List<Long>> byRole = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      RecordList list = records.list(role);
      List<Long> ids = new ArrayList<>();
      for (int to = list.size(); to > 0; to -= 5) {
        List<ImageRecord> piece = list.read(Math.max(0, to - 5), to);
        ids.addAll(0, piece.stream().map(ImageRecord::id).toList());
      }
      byRole.put(role, ids);
    }
    return byRole;
  }

  private static void assertShares(
      List<Map<Role, List<Long>>> byRank, Role role, List<RecordPosition> positions) {
    List<Long> all = new ArrayList<>();
    int share = positions.size() / byRank.size();
    for (Map<Role, List<Long>> rank : byRank) {
      List<Long> own = rank.get(role);
      assertTrue(own.size() == share || own.size() == share + 1, role + " " + own.size());
      all.addAll(own);
    }
    List<Long> expected = new ArrayList<>(positions.stream().map(RecordPosition::id).toList());
    if (role == Role.LABELLED || role == Role.VALIDATION) {
      Collections.sort(all);
      Collections.sort(expected);
    }
    // The others are ranges: rank after rank they are the split, in its order.
    assertEquals(expected, all);
  }

  @Test
  void everyRankHasAPartitionEvenAnEmptyOne() {
    LabelSplit split = new LabelSplit(train.subList(0, 1), List.of(), List.of());
    assertEquals(5, rdd(split, 5).getNumPartitions());
    assertEquals(1 + TEST, rdd(split, 5).glom().collect().stream().mapToInt(List::size).sum());
  }

  @Test
  void splitsDoNotGrowWithTheUnlabelledRecords() throws Exception {
    LabelSplit split = draw(4, 0);
    List<RecordRange> ranges =
        RecordRange.of(
            Role.UNLABELLED,
            split.unlabelled(),
            RecordRange.offsets(split.labelled()),
            PartitionedRecords.files(manifest, "train"));
    SerializableWritable<RankSplit> sent = new SerializableWritable<>(new RankSplit(ranges));
    assertEquals(ranges, SerializationUtils.roundtrip(sent).value().ranges());
    assertEquals(4, ranges.size());
    assertTrue(ranges.stream().mapToInt(range -> range.excluded().size()).sum() <= 4);
  }

  @Test
  void batchReadKeepsTheOrder() {
    List<Long> ids =
        RecordFiles.rdd(spark.context(), data(), manifest, "test", 6, 1, false).collect().stream()
            .map(image -> image.record().id())
            .toList();
    assertEquals(test.stream().map(RecordPosition::id).toList(), ids);
    UserError error =
        assertThrows(
            UserError.class, () -> RecordPositions.scan(spark.context(), data(), manifest, "val"));
    assertTrue(error.getMessage().contains("no split 'val'"), error.getMessage());
  }

  @Test
  void theManifestHasTheDigestOfEachShard() throws IOException {
    for (Split split : manifest.splits().values()) {
      for (Shard shard : split.shards()) {
        byte[] bytes = Files.readAllBytes(folder.resolve("out").resolve(shard.file()));
        assertEquals(DigestUtils.sha256Hex(bytes), shard.sha256(), shard.file());
      }
    }
  }

  @Test
  void aDamagedShardIsNamed() throws IOException {
    Path copy = folder.resolve("damaged");
    Files.createDirectories(copy);
    String name = manifest.splits().get("train").shards().get(2).file();
    try (var files = Files.list(folder.resolve("out"))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    byte[] bytes = Files.readAllBytes(copy.resolve(name));
    bytes[0] ^= 1;
    Files.write(copy.resolve(name), bytes);
    UserError error =
        assertThrows(
            UserError.class,
            () -> RecordPositions.scan(spark.context(), copy.toUri(), manifest, "train"));
    assertTrue(error.getMessage().contains(name), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }
}
