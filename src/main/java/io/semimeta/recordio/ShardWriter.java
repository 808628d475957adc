package io.semimeta.recordio;

import io.semimeta.data.DataFiles;
import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.data.ImageRecord;
import io.semimeta.files.WholeFile;
import io.semimeta.recordio.Unfinished.Receipt;
import java.io.IOException;
import java.net.URI;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Iterator;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Writes one shard, on an executor. */
final class ShardWriter {
  private ShardWriter() {}

  /**
   * Writes record file and index under names of this attempt's own, then renames them: two attempts
   * at one shard, of a speculative or a retried task, do not meet. Where a file appears whole or
   * not at all there is no need of that: both write the same bytes. The receipt comes last.
   */
  static Receipt write(
      URI output,
      String file,
      long attempt,
      Iterator<ImageRecord> images,
      Unfinished unfinished,
      Configuration conf)
      throws IOException {
    Path records = new Path(new Path(output), file);
    Path index = RecordIndex.of(records);
    FileSystem fileSystem = DataFiles.fileSystem(records, conf);
    boolean inPlace = WholeFile.appearsWhole(fileSystem, records);
    Path writtenRecords = inPlace ? records : unfinished(records, attempt);
    Path writtenIndex = inPlace ? index : unfinished(index, attempt);
    MessageDigest digest = DigestUtils.getSha256Digest();
    MessageDigest indexDigest = DigestUtils.getSha256Digest();
    long count = 0;
    long bytes;
    long indexBytes;
    try (FSDataOutputStream out = fileSystem.create(writtenRecords, true);
        FSDataOutputStream indexOut = createBeside(out, fileSystem, writtenIndex);
        RecordWriter writer =
            new RecordWriter(
                new DigestOutputStream(out, digest),
                new DigestOutputStream(indexOut, indexDigest))) {
      try {
        while (images.hasNext()) {
          writer.write(images.next());
          count++;
        }
        writer.flush();
      } catch (IOException | RuntimeException | Error e) {
        WholeFile.abandon(out);
        WholeFile.abandon(indexOut);
        throw e;
      }
      bytes = writer.position();
      indexBytes = indexOut.getPos();
    }
    if (!inPlace) {
      WholeFile.rename(fileSystem, writtenIndex, index);
      WholeFile.rename(fileSystem, writtenRecords, records);
    }
    Shard shard = new Shard(file, count, bytes, HexFormat.of().formatHex(digest.digest()));
    Receipt receipt =
        new Receipt(shard, indexBytes, HexFormat.of().formatHex(indexDigest.digest()));
    unfinished.writeReceipt(receipt, conf);
    return receipt;
  }

  /**
   * Where this fails, the other file must not appear either: empty, it might replace a whole one.
   */
  private static FSDataOutputStream createBeside(
      FSDataOutputStream other, FileSystem fileSystem, Path file) throws IOException {
    try {
      return fileSystem.create(file, true);
    } catch (IOException | RuntimeException | Error e) {
      WholeFile.abandon(other);
      throw e;
    }
  }

  private static Path unfinished(Path file, long attempt) {
    return new Path(file.getParent(), "_" + file.getName() + "." + attempt);
  }
}
