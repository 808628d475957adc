package io.semimeta.loader;

import io.semimeta.DaemonThreads;
import io.semimeta.RandomStream;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.RankRecords;
import io.semimeta.data.RecordList;
import io.semimeta.data.Role;
import io.semimeta.image.DecodedImage;
import io.semimeta.image.ImageInput;
import io.semimeta.image.NativeRoom;
import io.semimeta.model.Placement;
import io.semimeta.model.TensorBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Reads images from record files as training goes on, and decodes them by several threads ahead of
 * the step that needs them. What is in memory is bounded, whatever the size of the data set: two
 * windows of encoded and three batches of decoded images, both labelled and unlabelled.
 */
public final class StreamedImages implements RankImages {
  private static final int BATCHES_AHEAD = 2;
  private static final int EVALUATED_BLOCKS_AHEAD = 3;
  private static final int BLOCK_READERS = 8;

  private final ImageInput input;
  private final BatchOptions options;
  private final Windows windows;
  private final Placement placement;
  private final long seed;
  private final int rank;
  private final RecordList evaluated;
  private final ReadAhead<Pixels> labelledBatches;
  private final ReadAhead<Pixels> unlabelledBatches;
  private final ExecutorService windowReaders = threads("semimeta-window", 2);
  private final ExecutorService blockReaders = threads("semimeta-read", BLOCK_READERS);
  private final ExecutorService assembler = threads("semimeta-batch", 1);
  private final ExecutorService decoders;

  /**
   * Says how records are shuffled.
   *
   * @param blockSize neighbouring records that are read together
   * @param blocksPerWindow how many blocks are in memory and shuffled together
   */
  public record Windows(int blockSize, int blocksPerWindow) {
    private static final long BLOCK_BYTES = 2 << 20;
    private static final int BLOCKS = 16;

    /** Returns windows of 32 MiB, for records of the split's mean size. */
    public static Windows of(DatasetManifest.Split split) {
      long bytes = split.shards().stream().mapToLong(DatasetManifest.Shard::bytes).sum();
      long mean = Math.max(1, bytes / Math.max(1, split.records()));
      return new Windows((int) Math.max(1, BLOCK_BYTES / mean), BLOCKS);
    }
  }

  /** Holds decoded images (count, channels, height, width) and their labels. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Pixels(byte[] bytes, long[] labels) {}

  /**
   * Reads nothing yet.
   *
   * @param decodingThreads how many threads decode
   */
  public StreamedImages(
      RankRecords records,
      ImageInput input,
      BatchOptions options,
      Windows windows,
      Placement placement,
      long seed,
      int rank,
      int decodingThreads) {
    this.input = input;
    this.options = options;
    this.windows = windows;
    this.placement = placement;
    this.seed = seed;
    this.rank = rank;
    decoders = threads("semimeta-decode", decodingThreads);
    RecordList validation = records.list(Role.VALIDATION);
    // A plan sends validation images or test images, never both.
    evaluated = validation.size() > 0 ? validation : records.list(Role.TEST);
    labelledBatches =
        batches(
            records.list(Role.LABELLED),
            RandomStream.LABELLED_ORDER,
            RandomStream.LABELLED_AUGMENTATION);
    unlabelledBatches =
        batches(
            records.list(Role.UNLABELLED),
            RandomStream.UNLABELLED_ORDER,
            RandomStream.UNLABELLED_AUGMENTATION);
  }

  /** Returns how many bytes of the heap images take, for records of usual sizes. */
  public static long heapBytes(int batchSize, ImageInput input) {
    long windows = 2 * Windows.BLOCKS * Windows.BLOCK_BYTES;
    long batches = (1L + BATCHES_AHEAD) * batchSize * input.bytes();
    long evaluated = (1L + EVALUATED_BLOCKS_AHEAD) * Windows.BLOCK_BYTES;
    return 2 * (windows + batches) + evaluated;
  }

  /** Returns how many bytes outside of the heap the decoding of images of any size takes. */
  public static long nativeBytes(ImageInput input) {
    return input.cropped() ? NativeRoom.BYTES : 0;
  }

  private ReadAhead<Pixels> batches(
      RecordList records, RandomStream purpose, RandomStream augmentation) {
    ShuffledOrder order =
        new ShuffledOrder(
            records.size(), windows.blockSize(), windows.blocksPerWindow(), purpose, seed, rank);
    RecordStream stream = new RecordStream(records, order, windowReaders, blockReaders);
    return new ReadAhead<>(
        step -> batch(stream, augmentation, step), BATCHES_AHEAD, Long.MAX_VALUE, assembler);
  }

  @Override
  public ImageSet labelled(long step) {
    return tensors(labelledBatches.get(step));
  }

  @Override
  public ImageSet unlabelled(long step) {
    return tensors(unlabelledBatches.get(step));
  }

  @Override
  public Iterator<ImageSet> evaluated(int batchSize) {
    // Blocks are read rather than batches: a batch of large images has only a few, which are not
    // worth opening a file.
    int blockSize = windows.blockSize();
    ReadAhead<List<ImageRecord>> blocks =
        new ReadAhead<>(
            number -> evaluatedRecords(number, blockSize),
            EVALUATED_BLOCKS_AHEAD,
            pieces(evaluated.size(), blockSize),
            blockReaders);
    int count = pieces(evaluated.size(), batchSize);
    ReadAhead<Pixels> batches =
        new ReadAhead<>(number -> evaluatedBatch(blocks, number, batchSize), 1, count, assembler);
    return LongStream.range(0, count).mapToObj(batches::get).map(this::tensors).iterator();
  }

  private Pixels batch(RecordStream stream, RandomStream augmentation, long step) {
    int size = options.size();
    SplittableRandom random = augmentation.generator(seed, rank, step);
    List<Future<DecodedImage>> images = new ArrayList<>(size);
    List<ImageRecord> records = stream.take(step * size, size);
    for (ImageRecord record : records) {
      SplittableRandom own = random.split();
      images.add(decoders.submit(() -> input.trained(record, options.flip(), own)));
    }
    return pixels(records, images);
  }

  private static int pieces(int records, int size) {
    return (records + size - 1) / size;
  }

  private List<ImageRecord> evaluatedRecords(long number, int blockSize) {
    int from = Math.toIntExact(number * blockSize);
    return evaluated.read(from, Math.min(evaluated.size(), from + blockSize));
  }

  private Pixels evaluatedBatch(ReadAhead<List<ImageRecord>> blocks, long number, int batchSize) {
    int blockSize = windows.blockSize();
    int from = Math.toIntExact(number * batchSize);
    List<ImageRecord> records = new ArrayList<>();
    for (int i = from; i < Math.min(evaluated.size(), from + batchSize); i++) {
      records.add(blocks.get(i / blockSize).get(i % blockSize));
    }
    return pixels(
        records,
        records.stream().map(record -> decoders.submit(() -> input.evaluated(record))).toList());
  }

  private Pixels pixels(List<ImageRecord> records, List<Future<DecodedImage>> images) {
    ByteBuffer bytes = ByteBuffer.allocate(records.size() * input.bytes());
    images.forEach(image -> bytes.put(ReadAhead.result(image).pixels()));
    return new Pixels(bytes.array(), records.stream().mapToLong(ImageRecord::label).toArray());
  }

  private ImageSet tensors(Pixels pixels) {
    return ImageSet.of(
        TensorBytes.tensor(
            ByteBuffer.wrap(pixels.bytes()),
            ScalarType.Byte,
            pixels.labels().length,
            input.channels(),
            input.height(),
            input.width()),
        pixels.labels(),
        placement);
  }

  private static ExecutorService threads(String name, int count) {
    return Executors.newFixedThreadPool(count, DaemonThreads.named(name));
  }

  @Override
  public void close() {
    assembler.shutdownNow();
    windowReaders.shutdownNow();
    blockReaders.shutdownNow();
    decoders.shutdownNow();
  }
}
