package io.semimeta.data;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest.Labelled;
import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.data.DatasetManifest.SidecarFile;
import io.semimeta.data.DatasetManifest.Split;
import io.semimeta.files.DataFiles;
import io.semimeta.files.FileReading;
import io.semimeta.files.StrictJson;
import io.semimeta.files.WholeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads and writes a data set's {@code manifest.json}. */
public final class ManifestFile {
  private static final ObjectMapper MAPPER =
      StrictJson.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .defaultSetterInfo(JsonSetter.Value.forValueNulls(Nulls.FAIL))
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // so that their field is named
          .build();

  private static final Pattern SHARD_NAME = Pattern.compile("[\\w-]+\\.rec");
  private static final Pattern LIST_NAME = Pattern.compile("[\\w-]+\\.txt");
  private static final String LABELLED = "labelled";
  private static final String ORIENTATION = "orientation";
  private static final String SIDECAR = "sidecar";
  private static final String PASSED_OVER = "passed_over";

  private ManifestFile() {}

  /** Parses a manifest that this program wrote, without a look at its shards. */
  public static DatasetManifest parse(InputStream json) throws IOException {
    return manifest(MAPPER.readTree(json));
  }

  /** Parses a manifest; a field that it lacks, being older, gets null or its old meaning. */
  private static DatasetManifest manifest(JsonNode json) throws JsonProcessingException {
    if (json instanceof ObjectNode object) {
      for (String name : List.of(LABELLED, PASSED_OVER)) {
        if (!object.has(name)) {
          object.putNull(name);
        }
      }
      if (!object.has(ORIENTATION)) {
        object.put(ORIENTATION, Orientation.STORED.toString());
      }
    }
    for (JsonNode split : json.path("splits")) {
      for (JsonNode shard : split.path("shards")) {
        if (shard instanceof ObjectNode object && !object.has(SIDECAR)) {
          object.putNull(SIDECAR);
        }
      }
    }
    return MAPPER.treeToValue(json, DatasetManifest.class);
  }

  /**
   * Reads the manifest of a prepared data set, and checks it and the sizes of the shards.
   *
   * @param data the data set's folder
   * @throws UserError when it is missing, of another version, or contradicts itself or the files
   */
  public static DatasetManifest read(URI data, Configuration conf) {
    Path file = new Path(new Path(data), DatasetManifest.FILE_NAME);
    FileSystem fileSystem = DataFiles.fileSystem(file, conf);
    DatasetManifest manifest;
    try (InputStream in = FileReading.open(fileSystem, file)) {
      JsonNode json = MAPPER.readTree(in);
      int version = json.path("schema_version").asInt();
      if (version != DatasetManifest.SCHEMA_VERSION) {
        throw new UserError(
            "%s: schema_version is %s, this program reads %s; prepare the data set again"
                .formatted(file, version, DatasetManifest.SCHEMA_VERSION));
      }
      manifest = manifest(json);
    } catch (FileNotFoundException e) {
      throw notPrepared(data, file, fileSystem, e);
    } catch (JsonMappingException e) {
      String field =
          e.getPath().stream()
              .map(JsonMappingException.Reference::getFieldName)
              .filter(Objects::nonNull)
              .collect(Collectors.joining("."));
      throw new UserError(
          "%s: bad value of %s: %s (line %s); copy it again or prepare the data set again"
              .formatted(file, field, e.getOriginalMessage(), line(e)),
          e);
    } catch (JsonProcessingException e) {
      throw new UserError(
          "%s is not a manifest: %s (line %s); copy it again or prepare the data set again"
              .formatted(file, e.getOriginalMessage(), line(e)),
          e);
    } catch (IOException e) {
      throw DataFiles.unreadable(file, e);
    }
    check(manifest, file);
    checkSizes(manifest, file.getParent(), fileSystem);
    return manifest;
  }

  private static String line(JsonProcessingException e) {
    return e.getLocation() == null ? "unknown" : String.valueOf(e.getLocation().getLineNr());
  }

  private static UserError notPrepared(
      URI data, Path file, FileSystem fileSystem, FileNotFoundException cause) {
    String reason;
    try {
      reason =
          fileSystem.getFileStatus(file.getParent()).isDirectory()
              ? "it holds no " + DatasetManifest.FILE_NAME
              : "it is a file";
    } catch (IOException e) {
      reason = FileReading.reason(e);
    }
    return new UserError(
        "%s is no prepared data set (%s); run 'semimeta prepare' on the images, and give its --output"
            .formatted(data, reason),
        cause);
  }

  /** Writes the manifest, which declares the data set complete. */
  public static void write(DatasetManifest manifest, URI data, Configuration conf)
      throws IOException {
    Path file = new Path(new Path(data), DatasetManifest.FILE_NAME);
    String json = MAPPER.writeValueAsString(manifest) + "\n";
    WholeFile.replace(file, conf, json.getBytes(StandardCharsets.UTF_8));
  }

  private static void check(DatasetManifest manifest, Path file) {
    int channels = manifest.channels();
    require(!manifest.classes().isEmpty(), file, "classes");
    require(channels == 1 || channels == 3, file, "channels");
    require(manifest.height() >= 0 && manifest.width() >= 0, file, "height");
    require(manifest.mean().size() == channels, file, "mean");
    require(manifest.std().size() == channels, file, "std");
    require(manifest.mean().stream().allMatch(Double::isFinite), file, "mean");
    require(
        manifest.std().stream().allMatch(value -> Double.isFinite(value) && value > 0),
        file,
        "std");
    require(manifest.splits().containsKey(DatasetManifest.TRAIN), file, "splits");
    if (manifest.labelled() != null) {
      Labelled labelled = manifest.labelled();
      Split train = manifest.splits().get(DatasetManifest.TRAIN);
      boolean possible =
          labelled.images() > 0 && labelled.images() <= train.records() - train.unlabelled();
      require(possible, file, LABELLED + ".images");
      require(LIST_NAME.matcher(labelled.file()).matches(), file, LABELLED + ".file");
    }
    for (Map.Entry<String, Split> entry : manifest.splits().entrySet()) {
      Split split = entry.getValue();
      String field = "splits." + entry.getKey();
      require(split.perClass().size() == manifest.classes().size(), file, field + ".per_class");
      long labelled = split.perClass().stream().mapToLong(Long::longValue).sum();
      require(labelled + split.unlabelled() == split.records(), file, field + ".records");
      long inShards = split.shards().stream().mapToLong(Shard::records).sum();
      require(inShards == split.records(), file, field + ".shards");
      for (Shard shard : split.shards()) {
        require(SHARD_NAME.matcher(shard.file()).matches(), file, field + ".shards.file");
        boolean asOthers = (shard.sidecar() != null) == manifest.hasSidecars();
        require(asOthers, file, field + ".shards." + SIDECAR);
      }
    }
  }

  private static void require(boolean holds, Path file, String field) {
    if (!holds) {
      throw new UserError(file + ": bad value of " + field + "; prepare the data set again");
    }
  }

  private static void checkSizes(DatasetManifest manifest, Path folder, FileSystem fileSystem) {
    Map<String, FileStatus> files;
    try {
      files = DataFiles.inFolder(fileSystem, folder);
    } catch (IOException e) {
      throw DataFiles.unreadable(folder, e);
    }
    for (Split split : manifest.splits().values()) {
      for (Shard shard : split.shards()) {
        checkSize(new Path(folder, shard.file()), shard.bytes(), files);
        if (shard.sidecar() != null) {
          Path sidecar = new Path(folder, SidecarFile.name(shard.file()));
          checkSize(sidecar, shard.sidecar().bytes(), files);
        }
      }
    }
  }

  private static void checkSize(Path file, long bytes, Map<String, FileStatus> files) {
    FileStatus status = files.get(file.getName());
    if (status == null) {
      throw DataFiles.unreadable(file, new FileNotFoundException(file.getName()));
    }
    if (status.getLen() != bytes) {
      throw new UserError(
          "%s has %s bytes instead of %s; copy it again or prepare the data set again"
              .formatted(file, status.getLen(), bytes));
    }
  }
}
