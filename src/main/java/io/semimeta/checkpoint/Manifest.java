package io.semimeta.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.semimeta.files.StrictJson;
import java.io.CharConversionException;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * Commits a checkpoint: it says which files it has, and what is in them.
 *
 * @param schemaVersion version of this layout, 1
 * @param step step of the checkpoint
 * @param files lengths and digests of the files, by name
 */
record Manifest(int schemaVersion, long step, Map<String, Entry> files) {
  static final int SCHEMA_VERSION = 1;
  static final String FILE_NAME = "MANIFEST";

  private static final JsonMapper JSON =
      StrictJson.builder().enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES).build();

  /** Holds one file's length in bytes and its SHA-256 in lower-case hexadecimal. */
  record Entry(long bytes, String sha256) {}

  byte[] toJson() throws IOException {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
  }

  /**
   * Parses a manifest that must name exactly these files.
   *
   * @throws IllegalArgumentException that gives the reason, when it is cut short or otherwise wrong
   */
  static Manifest parse(byte[] json, Set<String> files) throws IOException {
    Manifest manifest;
    try {
      manifest = JSON.readValue(json, Manifest.class);
    } catch (JsonProcessingException | CharConversionException e) {
      throw new IllegalArgumentException("half-written or damaged", e);
    }
    // the manifest is null when JSON says null, and so may be a file's entry
    if (manifest == null || manifest.files.containsValue(null)) {
      throw new IllegalArgumentException("half-written or damaged");
    }
    if (manifest.schemaVersion != SCHEMA_VERSION) {
      throw new IllegalArgumentException(
          "schema version %s; this program reads version %s"
              .formatted(manifest.schemaVersion, SCHEMA_VERSION));
    }
    if (!manifest.files.keySet().equals(files)) {
      throw new IllegalArgumentException(
          "lists the files " + manifest.files.keySet() + ", not " + files);
    }
    return manifest;
  }
}
