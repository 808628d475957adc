package io.semimeta.data;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/** Image files, or those in an archive whose places are known. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ImagesPart(String split, FileSlice[] images, int[] labels, long firstId)
    implements ImageSource.Part {
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
      try {
        if (!image.file().equals(file)) {
          close();
          Path path = new Path(image.file());
          in = DataFiles.fileSystem(path, conf).open(path);
          file = image.file();
        }
        in.seek(image.offset());
        byte[] encoded =
            image.isWholeFile()
                ? DataFiles.readImageFile(in, image.length())
                : DataFiles.readImage(in, image.length());
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
