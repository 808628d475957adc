package io.semimeta.loader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.algorithm.Batch;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.Orientation;
import io.semimeta.data.RankRecords;
import io.semimeta.data.RecordList;
import io.semimeta.data.Role;
import io.semimeta.data.RoleRecord;
import io.semimeta.image.DecodedImage;
import io.semimeta.image.ImageInput;
import io.semimeta.image.TestImages;
import io.semimeta.loader.StreamedImages.Windows;
import io.semimeta.model.Placement;
import io.semimeta.model.TensorBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

class StreamedImagesTest {
  private static final long SEED = 5;
  private static final int B = 7;
  private static final BatchOptions OPTIONS = new BatchOptions(B, 2, true);
  private static final DatasetManifest MANIFEST =
      new DatasetManifest(
          1,
          "test",
          List.of("a", "b", "c"),
          3,
          9,
          8,
          Orientation.STORED,
          List.of(0.4, 0.5, 0.6),
          List.of(0.2, 0.3, 0.2),
          Map.of(),
          null,
          null);
  private static final ImageInput STORED = ImageInput.of(MANIFEST, OptionalInt.empty());
  private static final ImageInput CROPPED = ImageInput.of(MANIFEST, OptionalInt.of(6));

  /** Records in memory; what is read is counted. */
  private static final class Held implements RankRecords {
    private final Map<Role, List<ImageRecord>> records = new EnumMap<>(Role.class);
    private final Map<Role, AtomicInteger> read = new EnumMap<>(Role.class);
    private final AtomicInteger evaluatedReads = new AtomicInteger();
    private final AtomicInteger longestRead = new AtomicInteger();
    private CountDownLatch together = new CountDownLatch(0);

    Held(int labelled, int unlabelled, int test) {
      fill(Role.LABELLED, labelled);
      fill(Role.VALIDATION, 0);
      fill(Role.UNLABELLED, unlabelled);
      fill(Role.TEST, test);
    }

    private void fill(Role role, int count) {
      List<ImageRecord> list = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        long id = 1000L * role.name().length() + i;
        // The label tells which image it is.
        list.add(new ImageRecord(id, i, TestImages.png(3, 9, 8, id)));
      }
      records.put(role, list);
      read.put(role, new AtomicInteger());
    }

    @Override
    public Iterator<RoleRecord> iterator() {
      List<RoleRecord> all = new ArrayList<>();
      records.forEach(
          (role, list) -> list.forEach(record -> all.add(new RoleRecord(role, record))));
      return all.iterator();
    }

    @Override
    public RecordList list(Role role) {
      List<ImageRecord> list = records.get(role);
      return new RecordList() {
        @Override
        public int size() {
          return list.size();
        }

        @Override
        public List<ImageRecord> read(int from, int to) {
          read.get(role).addAndGet(to - from);
          if (role == Role.UNLABELLED) {
            longestRead.accumulateAndGet(to - from, Math::max);
            await();
          } else if (role == Role.TEST) {
            evaluatedReads.incrementAndGet();
          }
          return list.subList(from, to);
        }
      };
    }

    private void await() {
      together.countDown();
      try {
        assertTrue(together.await(1, TimeUnit.MINUTES), "reads do not meet");
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static StreamedImages stream(Held records, ImageInput input, Windows windows, int rank) {
    return new StreamedImages(records, input, OPTIONS, windows, Placement.CPU, SEED, rank, 3);
  }

  private static final Windows ONE = new Windows(1000, 1);
  private static final Windows MANY = new Windows(4, 3);

  /** In memory or not: the same batches, where one window holds all images. */
  @Test
  void batchesEqualTheCachesBitForBit() {
    Held records = new Held(20, 33, 0);
    try (PointerScope scope = new PointerScope();
        Normalisation normalisation =
            new Normalisation(MANIFEST.mean(), MANIFEST.std(), Placement.CPU);
        RankImages cached =
            new CachedImages(
                ShardCache.load(records.iterator(), STORED, Placement.CPU),
                B,
                Placement.CPU,
                SEED,
                1);
        RankImages streamed = stream(records, STORED, ONE, 1)) {
      CropFlip cropFlip = new CropFlip(2, true);
      for (long step : new long[] {0, 1, 2, 3, 4, 5, 11, 12, 2, 40}) {
        Batch a = new BatchStream(cached, cropFlip, normalisation, 1, SEED, 1).batch(step);
        Batch b = new BatchStream(streamed, cropFlip, normalisation, 1, SEED, 1).batch(step);
        assertTrue(a.labelled().equal(b.labelled()), "step " + step);
        assertTrue(a.labels().equal(b.labels()), "step " + step);
        assertTrue(a.unlabelled().equal(b.unlabelled()), "step " + step);
        assertTrue(a.truth().equal(b.truth()), "step " + step);
      }
    }
  }

  private static long[] labels(RankImages images, long from, long to) {
    try (PointerScope scope = new PointerScope()) {
      return LongStream.range(from, to)
          .flatMap(step -> Arrays.stream(TensorBytes.longs(images.unlabelled(step).labels())))
          .toArray();
    }
  }

  /** 33 images in three windows, 7 a batch: 33 batches are 7 passes. */
  @Test
  void everyPassSeesEveryImageOnceBeforeAndAfterAResume() {
    Held records = new Held(5, 33, 0);
    try (RankImages whole = stream(records, STORED, MANY, 0);
        RankImages before = stream(records, STORED, MANY, 0);
        RankImages after = stream(records, STORED, MANY, 0)) {
      long[] walked = labels(whole, 0, 33);
      Set<List<Long>> orders = new HashSet<>();
      for (int epoch = 0; epoch < 7; epoch++) {
        long[] pass = Arrays.copyOfRange(walked, epoch * 33, (epoch + 1) * 33);
        orders.add(Arrays.stream(pass).boxed().toList());
        Arrays.sort(pass);
        assertArrayEquals(LongStream.range(0, 33).toArray(), pass, "epoch " + epoch);
      }
      assertEquals(7, orders.size());
      long[] first = labels(before, 0, 12);
      long[] rest = labels(after, 12, 33);
      assertArrayEquals(
          walked, LongStream.concat(Arrays.stream(first), Arrays.stream(rest)).toArray());
    }
  }

  /** Never more than two windows and the batches that are made ahead. */
  @Test
  void readsNoFurtherThanItMust() {
    Held records = new Held(5, 400, 0);
    try (RankImages images = stream(records, STORED, MANY, 0)) {
      labels(images, 0, 20);
      int ahead = records.read.get(Role.UNLABELLED).get() - 20 * B;
      int windows = 2 * 12 + (2 + 1) * B;
      assertTrue(ahead <= windows, ahead + " images ahead of the step");
      assertEquals(4, records.longestRead.get());
    }
    Held resumed = new Held(5, 400, 0);
    try (RankImages images = stream(resumed, STORED, MANY, 0)) {
      labels(images, 50, 51);
      assertTrue(resumed.read.get(Role.UNLABELLED).get() <= 2 * 12 + 4 * B, "no replay");
    }
  }

  /** Several passes a step, in two windows at a time. */
  @Test
  void recordsOfOneWindowAreReadOnce() {
    Held records = new Held(5, 400, 0);
    try (PointerScope scope = new PointerScope();
        RankImages images = stream(records, STORED, MANY, 0)) {
      Set<List<Long>> orders = new HashSet<>();
      long[] walked =
          LongStream.range(0, 20)
              .flatMap(step -> Arrays.stream(TensorBytes.longs(images.labelled(step).labels())))
              .toArray();
      for (int epoch = 0; epoch < 20 * B / 5; epoch++) {
        long[] pass = Arrays.copyOfRange(walked, epoch * 5, (epoch + 1) * 5);
        orders.add(Arrays.stream(pass).boxed().toList());
        Arrays.sort(pass);
        assertArrayEquals(LongStream.range(0, 5).toArray(), pass, "epoch " + epoch);
      }
      assertTrue(orders.size() > 10, "shuffled anew");
      assertEquals(5, records.read.get(Role.LABELLED).get());
    }
  }

  /** As many as the window has: the two threads that make windows are too few for it. */
  @Test
  void blocksOfAWindowAreReadBesideOneAnother() {
    Held records = new Held(5, 400, 0);
    records.together = new CountDownLatch(MANY.blocksPerWindow());
    try (RankImages images = stream(records, STORED, MANY, 0)) {
      assertEquals(B, labels(images, 0, 1).length);
    }
  }

  @Test
  void cropsHaveTheInputsSizeAndDependOnTheirStepAlone() {
    Held records = new Held(3, 10, 0);
    try (PointerScope scope = new PointerScope();
        RankImages images = stream(records, CROPPED, MANY, 0);
        RankImages again = stream(records, CROPPED, MANY, 0)) {
      ImageSet walked = images.unlabelled(0);
      for (long step = 1; step < 6; step++) {
        walked = images.unlabelled(step);
      }
      ImageSet jumped = again.unlabelled(5);
      assertArrayEquals(new long[] {B, 3, 6, 6}, walked.images().sizes().vec().get());
      assertTrue(walked.images().equal(jumped.images()));
      // Three labelled images come more than twice in a batch, each time cropped anew.
      ImageSet labelled = images.labelled(0);
      long[] labels = TensorBytes.longs(labelled.labels());
      for (int i = 0; i < B; i++) {
        for (int j = 0; j < i; j++) {
          if (labels[i] == labels[j]) {
            assertFalse(labelled.images().select(0, i).equal(labelled.images().select(0, j)));
          }
        }
      }
    }
  }

  @Test
  void evaluatesEveryImageOnceInItsOrder() {
    Held records = new Held(3, 10, 25);
    try (PointerScope scope = new PointerScope();
        RankImages images = stream(records, CROPPED, MANY, 0)) {
      List<Long> labels = new ArrayList<>();
      Iterator<ImageSet> batches = images.evaluated(10);
      int i = 0;
      while (batches.hasNext()) {
        ImageSet batch = batches.next();
        Arrays.stream(TensorBytes.longs(batch.labels())).forEach(labels::add);
        DecodedImage first = CROPPED.evaluated(records.records.get(Role.TEST).get(10 * i++));
        assertArrayEquals(first.pixels(), TensorBytes.copy(batch.images().select(0, 0)).array());
      }
      assertEquals(LongStream.range(0, 25).boxed().toList(), labels);
    }
  }

  @Test
  void evaluationReadsBlocksHoweverSmallTheBatch() {
    Held records = new Held(3, 10, 25);
    try (RankImages images = stream(records, CROPPED, MANY, 0)) {
      List<Long> labels = new ArrayList<>();
      Iterator<ImageSet> batches = images.evaluated(3);
      while (batches.hasNext()) {
        try (PointerScope scope = new PointerScope()) {
          Arrays.stream(TensorBytes.longs(batches.next().labels())).forEach(labels::add);
        }
      }
      assertEquals(LongStream.range(0, 25).boxed().toList(), labels);
      assertEquals(7, records.evaluatedReads.get(), "blocks of 4");
    }
  }

  @Test
  void withoutUnlabelledImagesThereAreNone() {
    try (PointerScope scope = new PointerScope();
        RankImages images = stream(new Held(3, 0, 0), CROPPED, MANY, 0)) {
      ImageSet none = images.unlabelled(3);
      assertEquals(0, none.size());
      assertArrayEquals(new long[] {0, 3, 6, 6}, none.images().sizes().vec().get());
      assertFalse(images.evaluated(10).hasNext());
    }
  }

  @Test
  void aBrokenImageIsNamed() {
    Held records = new Held(3, 10, 0);
    records.records.get(Role.UNLABELLED).set(4, new ImageRecord(77, 0, new byte[] {1, 2, 3}));
    for (ImageInput input : List.of(STORED, CROPPED)) {
      try (RankImages images = stream(records, input, ONE, 0)) {
        UserError error = assertThrows(UserError.class, () -> labels(images, 0, 2));
        assertTrue(error.getMessage().contains("image 77 cannot be decoded"), error.getMessage());
      }
    }
  }

  @Test
  void windowsFollowTheRecordsMeanSize() {
    DatasetManifest.Shard shard = new DatasetManifest.Shard("a", 1000, 110_000_000, "", null);
    DatasetManifest.Split split = new DatasetManifest.Split(1000, 0, List.of(), List.of(shard));
    assertEquals(new Windows(19, 16), Windows.of(split));
  }
}
