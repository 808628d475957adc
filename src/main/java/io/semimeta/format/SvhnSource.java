package io.semimeta.format;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ImageRecord;
import io.semimeta.files.DataFiles;
import io.semimeta.image.DecodedImage;
import io.semimeta.image.PngEncoder;
import io.semimeta.source.ImageSource;
import io.semimeta.source.MemberFiles;
import io.semimeta.source.StreamReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Source;

/**
 * Reads SVHN's cropped digits (Netzer et al. 2011), MATLAB files with the pixels {@code X}, 32 x 32
 * x 3 x N, and the labels {@code y}, N x 1, in which 10 stands for the digit 0; 0 does too in
 * copies that others have made. A training image's id is its index in {@code train_32x32.mat}; the
 * ids of {@code extra_32x32.mat} count on from there.
 */
public final class SvhnSource implements ImageSource {
  private static final String TRAIN_FILE = "train_32x32.mat";
  private static final String TEST_FILE = "test_32x32.mat";
  private static final String EXTRA_FILE = "extra_32x32.mat";
  private static final int SIDE = 32;
  private static final int AREA = SIDE * SIDE;

  /** Sets a part's images; each part inflates all before it, so there should be few. */
  private static final int PART_IMAGES = 20_000;

  private final List<Part> parts = new ArrayList<>();

  private SvhnSource() {}

  /**
   * Opens a folder of SVHN's files.
   *
   * @param testInput folder of the test images, or null where they are in the input or nowhere
   * @param extra whether the additional training images are wanted
   * @throws UserError where a file is missing, or is not in this format
   */
  public static SvhnSource open(Path input, Path testInput, boolean extra, Configuration conf) {
    SvhnSource source = new SvhnSource();
    MemberFiles files = MemberFiles.find(input, Set.of(TRAIN_FILE, TEST_FILE, EXTRA_FILE), conf);
    int images = source.add(files, TRAIN_FILE, DatasetManifest.TRAIN, 0, conf);
    if (extra) {
      source.add(files, EXTRA_FILE, DatasetManifest.TRAIN, images, conf);
    }
    if (testInput != null) {
      MemberFiles testFiles = MemberFiles.find(testInput, Set.of(TEST_FILE), conf);
      source.add(testFiles, TEST_FILE, DatasetManifest.TEST, 0, conf);
    } else if (files.members().containsKey(TEST_FILE)) {
      source.add(files, TEST_FILE, DatasetManifest.TEST, 0, conf);
    }
    return source;
  }

  @Override
  public List<String> classes() {
    return IntStream.range(0, 10).mapToObj(String::valueOf).toList();
  }

  @Override
  public List<Part> parts() {
    return parts;
  }

  /** Adds a file's parts and returns how many images it has. */
  private int add(MemberFiles files, String name, String split, long firstId, Configuration conf) {
    files.require(name);
    byte[] labels = labels(files, name, conf);
    for (int first = 0; first < labels.length; first += PART_IMAGES) {
      byte[] own = Arrays.copyOfRange(labels, first, Math.min(labels.length, first + PART_IMAGES));
      boolean last = first + own.length == labels.length;
      parts.add(new RangePart(files, split, name, first, firstId + first, own, last));
    }
    return labels.length;
  }

  private static MatVariable find(MemberFiles files, String name, String variable, InputStream in)
      throws IOException {
    return MatFiles.find(in, name + " in " + files.location(), variable);
  }

  /** Reads the labels, after checking the dimensions of both variables. */
  private static byte[] labels(MemberFiles files, String name, Configuration conf) {
    try (InputStream forPixels = files.open(name, conf);
        InputStream forLabels = files.open(name, conf)) {
      List<Integer> pixels =
          Arrays.stream(find(files, name, "X", forPixels).dimensions()).boxed().toList();
      if (pixels.size() != 4 || !pixels.subList(0, 3).equals(List.of(SIDE, SIDE, 3))) {
        throw new IOException("X is " + pixels + " instead of 32 x 32 x 3 x N; get the original");
      }
      return labels(find(files, name, "y", forLabels).whole().getMatrix("y"), pixels.get(3));
    } catch (IOException e) {
      throw DataFiles.unreadable(name + " in " + files.location(), e);
    } catch (UserError e) {
      throw e;
    } catch (RuntimeException e) { // MFL's, where y is no matrix or has too few numbers
      throw DataFiles.unreadable(name + " in " + files.location(), MatFiles.broken(e));
    }
  }

  private static byte[] labels(Matrix y, int count) throws IOException {
    if (y.getNumElements() != count) {
      throw new IOException("X holds " + count + " images, but y not as many labels");
    }
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      int label = y.getInt(i);
      if (label < 0 || label > 10) {
        throw new IOException(
            "image " + i + " has label " + label + ", not 1 to 9, nor 10 or 0 for the digit 0");
      }
      labels[i] = (byte) (label % 10);
    }
    return labels;
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record RangePart(
      MemberFiles files,
      String split,
      String name,
      int first,
      long firstId,
      byte[] labels,
      boolean last)
      implements Part {
    @Override
    public Reader open(Configuration conf) {
      return StreamReader.open(
          name + " in " + files.location(),
          labels.length,
          () -> files.open(name, conf),
          file -> {
            MatVariable x = find(files, name, "X", file);
            Source pixels = x.elements();
            pixels.skip(3L * AREA * first);
            return new StreamReader.ImageParser() {
              @Override
              public Image parse(InputStream in, int i) throws IOException {
                return image(pixels, i);
              }

              @Override
              public void end(InputStream in) throws IOException {
                if (last) {
                  x.requireEnd();
                }
              }
            };
          });
    }

    private Image image(Source in, int i) throws IOException {
      byte[] stored = new byte[3 * AREA];
      in.readBytes(stored, 0, stored.length);
      byte[] pixels = new byte[stored.length];
      // MATLAB's first index, the row, runs fastest.
      for (int c = 0; c < 3; c++) {
        for (int y = 0; y < SIDE; y++) {
          for (int x = 0; x < SIDE; x++) {
            pixels[c * AREA + y * SIDE + x] = stored[c * AREA + x * SIDE + y];
          }
        }
      }
      byte[] png = PngEncoder.encode(new DecodedImage(3, SIDE, SIDE, pixels));
      return new Image(new ImageRecord(firstId + i, labels[i], png), name + "#" + (first + i));
    }
  }
}
