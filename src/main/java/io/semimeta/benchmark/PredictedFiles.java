package io.semimeta.benchmark;

import io.semimeta.DaemonThreads;
import io.semimeta.UserError;
import io.semimeta.data.Orientation;
import io.semimeta.image.DecodedImage;
import io.semimeta.image.ImageDecoder;
import io.semimeta.image.ImageInput;
import io.semimeta.inference.Scores;
import io.semimeta.loader.ImageSet;
import io.semimeta.model.Model;
import io.semimeta.model.TensorBytes;
import io.semimeta.training.Evaluator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.commons.collections4.ListUtils;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Predicts the images of a folder from their files' bytes, which are in memory, as the tasks of a
 * job do: each thread a batch at a time, to which it gives one thread of libtorch's.
 */
final class PredictedFiles implements AutoCloseable {
  private static final String OPTION = "--input";

  /** Holds a file's name and bytes. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record ImageFile(Path path, byte[] bytes) {}

  private final List<List<ImageFile>> batches;
  private final ImageInput input;
  private final ExecutorService threads;

  /**
   * Reads the files.
   *
   * @throws UserError where there are none, or one is no JPEG or PNG
   */
  PredictedFiles(Path folder, BenchmarkedNetwork network, int threads) throws IOException {
    List<ImageFile> files = read(folder);
    int side = network.imageSize();
    boolean cropped = false;
    for (ImageFile file : files) {
      cropped |= !hasSide(file, side);
    }
    input = new ImageInput(BenchmarkedNetwork.CHANNELS, side, side, cropped);
    batches = ListUtils.partition(files, network.batchSize());
    this.threads =
        Executors.newFixedThreadPool(threads, DaemonThreads.named("semimeta-benchmark-predict"));
  }

  private static List<ImageFile> read(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new UserError("%s %s: is no folder; name one of image files".formatted(OPTION, folder));
    }
    List<ImageFile> files = new ArrayList<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
        files.add(new ImageFile(path, Files.readAllBytes(path)));
      }
    }
    if (files.isEmpty()) {
      throw new UserError("%s %s: is empty; name a folder of images".formatted(OPTION, folder));
    }
    return files;
  }

  private static boolean hasSide(ImageFile file, int side) {
    try {
      DecodedImage image =
          ImageDecoder.decode(file.bytes(), BenchmarkedNetwork.CHANNELS, Orientation.STORED);
      return image.height() == side && image.width() == side;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static UserError unreadable(ImageFile file, IOException reason) {
    return new UserError(
        "%s: %s cannot be decoded (%s); take it away"
            .formatted(OPTION, file.path(), reason.getMessage()),
        reason);
  }

  /** Returns how many images there are. */
  int count() {
    return batches.stream().mapToInt(List::size).sum();
  }

  /** Computes the probabilities of all images. */
  void predict(Model model, Evaluator evaluator) {
    List<Callable<float[][]>> tasks = new ArrayList<>();
    for (List<ImageFile> batch : batches) {
      tasks.add(() -> probabilities(batch, model, evaluator));
    }
    try {
      for (Future<float[][]> done : threads.invokeAll(tasks)) {
        done.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof UserError error ? error : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while images are predicted", e);
    }
  }

  private float[][] probabilities(List<ImageFile> batch, Model model, Evaluator evaluator) {
    torch.set_num_threads(1);
    List<DecodedImage> decoded = new ArrayList<>();
    for (ImageFile file : batch) {
      try {
        decoded.add(input.fitted(file.bytes()));
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }
    float[][] probabilities = new float[batch.size()][];
    try (PointerScope scope = new PointerScope()) {
      Tensor images = ImageSet.of(decoded, input, model.placement()).images();
      float[][] logits = TensorBytes.rows(evaluator.logits(model, images));
      for (int i = 0; i < probabilities.length; i++) {
        probabilities[i] = new Scores(logits[i]).probabilities();
      }
    }
    return probabilities;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
