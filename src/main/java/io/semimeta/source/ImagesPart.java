package io.semimeta.source;

import io.semimeta.data.ImageRecord;
import io.semimeta.files.DataFiles;
import io.semimeta.files.FileReading;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/** Reads image files, or images in an archive whose offsets are known. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ImagesPart(String split, FileSlice[] images, int[] labels, long firstId)
    implements ImageSource.Part {
  private static final int PART_FILES = 1_000;
  private static final long PART_BYTES = 1L << 25;

  /** Cuts images that all have one label into parts. */
  public static List<ImageSource.Part> of(
      String split, List<FileSlice> images, int label, long firstId) {
    int[] labels = new int[images.size()];
    Arrays.fill(labels, label);
    return of(split, images, labels, firstId);
  }

  /**
   * Cuts the images of one split into parts.
   *
   * @param labels class index of each image
   * @param firstId id of the first image; the others count on from it
   */
  public static List<ImageSource.Part> of(
      String split, List<FileSlice> images, int[] labels, long firstId) {
    List<ImageSource.Part> parts = new ArrayList<>();
    int first = 0;
    long bytes = 0;
    for (int i = 0; i < images.size(); i++) {
      bytes += images.get(i).length();
      int end = i + 1;
      if (end - first >= PART_FILES || bytes >= PART_BYTES || end == images.size()) {
        FileSlice[] own = images.subList(first, end).toArray(FileSlice[]::new);
        int[] ownLabels = Arrays.copyOfRange(labels, first, end);
        parts.add(new ImagesPart(split, own, ownLabels, firstId + first));
        first = end;
        bytes = 0;
      }
    }
    return parts;
  }

  @Override
  public ImageSource.Reader open(Configuration conf) {
    return new Reader(conf);
  }

  private final class Reader implements ImageSource.Reader {
    private final Configuration conf;
    private int done;
    private String file;
    private FSDataInputStream in;

    Reader(Configuration conf) {
      this.conf = conf;
    }

    @Override
    public ImageSource.Image next() {
      if (done == images.length) {
        return null;
      }
      FileSlice image = images[done];
      if (image.problem() != null) {
        ImageRecord record = new ImageRecord(firstId + done, labels[done], new byte[0]);
        done++;
        return new ImageSource.Image(record, image.path(), image.problem());
      }
      try {
        if (!image.file().equals(file)) {
          close();
          Path path = new Path(image.file());
          in = FileReading.open(DataFiles.fileSystem(path, conf), path);
          file = image.file();
        }
        in.seek(image.offset());
        byte[] encoded =
            image.isWholeFile()
                ? ImageFiles.readImageFile(in, image.length())
                : ImageFiles.readImage(in, image.length());
        ImageRecord record = new ImageRecord(firstId + done, labels[done], encoded);
        done++;
        return new ImageSource.Image(record, image.path());
      } catch (IOException e) {
        throw DataFiles.unreadable(image.path(), e);
      }
    }

    @Override
    public void close() throws IOException {
      if (in != null) {
        in.close();
      }
    }
  }
}
