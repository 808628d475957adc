package io.semimeta.source;

import com.google.common.io.ByteStreams;
import io.semimeta.data.ImageRecord;
import io.semimeta.files.DataFiles;
import io.semimeta.files.FileReading;
import java.io.IOException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.IOUtils;

/**
 * Reads one class's archive, alone or inside the archive of all classes.
 *
 * @param firstId id of the first image; the others count on from it, in the archive's order
 */
public record ClassArchivePart(String split, FileSlice archive, int label, long firstId)
    implements ImageSource.Part {
  @Override
  public ImageSource.Reader open(Configuration conf) {
    Path path = new Path(archive.file());
    try {
      FSDataInputStream in = FileReading.open(DataFiles.fileSystem(path, conf), path);
      try {
        in.seek(archive.offset());
      } catch (IOException e) {
        IOUtils.closeStream(in);
        throw e;
      }
      return new Reader(new WholeTarInputStream(ByteStreams.limit(in, archive.length())));
    } catch (IOException e) {
      throw DataFiles.unreadable(archive.path(), e);
    }
  }

  private final class Reader implements ImageSource.Reader {
    private final WholeTarInputStream tar;
    private long id = firstId;

    Reader(WholeTarInputStream tar) {
      this.tar = tar;
    }

    @Override
    public ImageSource.Image next() {
      try {
        TarArchiveEntry entry = tar.nextFile(archive.path());
        while (entry != null && !FileSlice.isImage(FileSlice.lastName(entry.getName()))) {
          entry = tar.nextFile(archive.path());
        }
        if (entry == null && id == firstId) {
          throw ImageFiles.noImages(archive.path());
        }
        if (entry == null) {
          return null;
        }
        byte[] encoded = ImageFiles.readImage(tar, entry.getSize());
        String path = archive.path() + "#" + FileSlice.lastName(entry.getName());
        return new ImageSource.Image(new ImageRecord(id++, label, encoded), path);
      } catch (IOException e) {
        throw DataFiles.unreadable(archive.path(), e);
      }
    }

    @Override
    public void close() throws IOException {
      tar.close();
    }
  }
}
