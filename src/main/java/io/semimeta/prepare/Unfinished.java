package io.semimeta.prepare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.files.DataFiles;
import io.semimeta.files.FileReading;
import io.semimeta.files.WholeFile;
import io.semimeta.recordio.RecordIndex;
import io.semimeta.recordio.Sidecar;
import io.semimeta.recordio.Verification;
import java.io.ByteArrayOutputStream;
import java.io.CharConversionException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Keeps what a {@code prepare} leaves for the next one until it is finished, in a folder in its
 * output whose name ends in the {@link Fingerprint}, so that nothing is taken over from another
 * input or from other options. {@code survey.jsonl.gz} holds what is known of every image; {@code
 * SHARD.json} is written after a shard, its index and its sidecar, with the digests of all three.
 *
 * @param folder URI of that folder
 */
record Unfinished(URI folder) implements Serializable {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String SURVEY = "survey.jsonl.gz";
  private static final String RECEIPT = ".json";

  /**
   * Tells that a shard was written whole.
   *
   * @param shard the shard
   * @param indexBytes size of the shard's index in bytes
   * @param indexSha256 SHA-256 of the shard's index, in hexadecimal
   */
  record Receipt(Shard shard, long indexBytes, String indexSha256) implements Serializable {}

  static Unfinished in(Path output, String fingerprint) {
    return new Unfinished(new Path(output, DatasetManifest.UNFINISHED + fingerprint).toUri());
  }

  /**
   * Reads what an earlier run found out about the images; returns empty where no run came so far,
   * or the file is cut or damaged.
   *
   * @throws io.semimeta.UserError when it cannot be read: it may be whole, so nothing that rests on
   *     it may be removed
   */
  Optional<List<SurveyedImage>> survey(Configuration conf) {
    Path file = new Path(path(), SURVEY);
    FileSystem fileSystem = DataFiles.fileSystem(file, conf);
    try (InputStream in = new GZIPInputStream(FileReading.open(fileSystem, file), 1 << 16);
        MappingIterator<SurveyedImage> images =
            MAPPER.readerFor(SurveyedImage.class).readValues(in)) {
      return Optional.of(images.readAll());
    } catch (FileNotFoundException
        | EOFException
        | ZipException
        | CharConversionException
        | JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw DataFiles.unreadable(file, e);
    }
  }

  void writeSurvey(List<SurveyedImage> images, Configuration conf) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (SequenceWriter lines =
        MAPPER
            .writerFor(SurveyedImage.class)
            .withRootValueSeparator("\n")
            .writeValues(new GZIPOutputStream(bytes))) {
      lines.writeAll(images);
    }
    WholeFile.replace(new Path(path(), SURVEY), conf, bytes.toByteArray());
  }

  void writeReceipt(Receipt receipt, Configuration conf) throws IOException {
    byte[] json = MAPPER.writeValueAsBytes(receipt);
    WholeFile.replace(new Path(path(), receipt.shard.file() + RECEIPT), conf, json);
  }

  /** Returns the names of the shards that have a receipt. */
  Set<String> receipts(Configuration conf) throws IOException {
    Set<String> shards = new HashSet<>();
    try {
      for (FileStatus file : DataFiles.fileSystem(path(), conf).listStatus(path())) {
        String name = file.getPath().getName();
        if (name.endsWith(".rec" + RECEIPT)) {
          shards.add(name.substring(0, name.length() - RECEIPT.length()));
        }
      }
    } catch (FileNotFoundException e) {
      return Set.of();
    }
    return shards;
  }

  /**
   * Reads the receipt of a shard that has one, and checks the shard.
   *
   * @return the receipt, or null unless the shard, its index and its sidecar hold the bytes that
   *     were written, to the last one
   * @throws io.semimeta.UserError when one of the files is there, but cannot be read
   */
  Receipt verified(String shard, Configuration conf) {
    FileSystem fileSystem = DataFiles.fileSystem(path(), conf);
    Path records = new Path(path().getParent(), shard);
    try (InputStream json = FileReading.open(fileSystem, new Path(path(), shard + RECEIPT))) {
      Receipt receipt = MAPPER.readValue(json, Receipt.class);
      boolean whole =
          receipt != null
              && receipt.shard != null
              && receipt.shard.sidecar() != null
              && Verification.sha256(fileSystem, records).equals(receipt.shard.sha256())
              && Verification.sha256(fileSystem, RecordIndex.of(records))
                  .equals(receipt.indexSha256)
              && Verification.sha256(fileSystem, Sidecar.of(records))
                  .equals(receipt.shard.sidecar().sha256());
      return whole ? receipt : null;
    } catch (FileNotFoundException
        | EOFException
        | CharConversionException
        | JsonProcessingException e) {
      return null;
    } catch (IOException e) {
      throw DataFiles.unreadable(records, e);
    }
  }

  void remove(Configuration conf) throws IOException {
    DataFiles.fileSystem(path(), conf).delete(path(), true);
  }

  String name() {
    return path().getName();
  }

  private Path path() {
    return new Path(folder);
  }
}
