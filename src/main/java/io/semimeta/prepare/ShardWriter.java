package io.semimeta.prepare;

import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.data.DatasetManifest.SidecarFile;
import io.semimeta.files.DataFiles;
import io.semimeta.jobs.LeasedOutput;
import io.semimeta.prepare.Unfinished.Receipt;
import io.semimeta.recordio.NamedRecord;
import io.semimeta.recordio.RecordIndex;
import io.semimeta.recordio.RecordWriter;
import io.semimeta.recordio.Sidecar;
import io.semimeta.recordio.SidecarWriter;
import io.semimeta.recordio.WrittenFile;
import java.io.IOException;
import java.net.URI;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Writes one shard, on an executor. */
final class ShardWriter {
  private ShardWriter() {}

  /**
   * Writes record file, index and sidecar under names of this attempt's own, then renames them, so
   * that two attempts at one shard, of a speculative or a retried task, do not collide. Where a
   * file appears whole or not at all this is not needed, as both write the same bytes. The receipt
   * is written last.
   *
   * @param images the shard's images, with their paths relative to the input
   */
  static Receipt write(
      URI output,
      String file,
      long attempt,
      Iterator<NamedRecord> images,
      Unfinished unfinished,
      Configuration conf)
      throws IOException {
    Path path = new Path(new Path(output), file);
    FileSystem fileSystem = DataFiles.fileSystem(path, conf);
    List<Path> paths = List.of(path, RecordIndex.of(path), Sidecar.of(path));
    List<WrittenFile> files = WrittenFile.create(fileSystem, paths, attempt);
    long count;
    try {
      count = fill(files, images);
      LeasedOutput.guardInTask(PrepareJob.place(new Path(output)), conf).run();
      for (int i = files.size() - 1; i >= 0; i--) { // the record file is the last
        files.get(i).publish();
      }
    } catch (IOException | RuntimeException | Error e) {
      files.forEach(one -> one.discard(e)); // a full disk needs their room
      throw e;
    }
    WrittenFile records = files.get(0);
    WrittenFile index = files.get(1);
    WrittenFile sidecar = files.get(2);
    Shard shard =
        new Shard(
            file,
            count,
            records.bytes(),
            records.sha256(),
            new SidecarFile(sidecar.bytes(), sidecar.sha256()));
    Receipt receipt = new Receipt(shard, index.bytes(), index.sha256());
    unfinished.writeReceipt(receipt, conf);
    return receipt;
  }

  /** Writes the files and closes them; returns how many records there are. */
  private static long fill(List<WrittenFile> files, Iterator<NamedRecord> images)
      throws IOException {
    long count = 0;
    try (WrittenFile records = files.get(0);
        WrittenFile index = files.get(1);
        WrittenFile sidecar = files.get(2)) {
      try {
        RecordWriter writer = new RecordWriter(records.stream(), index.stream());
        SidecarWriter details = new SidecarWriter(sidecar.stream());
        while (images.hasNext()) {
          NamedRecord image = images.next();
          byte[] payload = RecordWriter.payload(image.record());
          long offset = writer.write(image.record().id(), payload);
          details.add(offset, payload, image.path());
          count++;
        }
        writer.flush();
        details.finish();
      } catch (IOException | RuntimeException | Error e) {
        files.forEach(WrittenFile::abandon);
        throw e;
      }
    }
    return count;
  }
}
