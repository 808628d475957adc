package io.semimeta.format;

import io.semimeta.UserError;
import io.semimeta.data.ImageRecord;
import io.semimeta.files.DataFiles;
import io.semimeta.files.FileReading;
import io.semimeta.files.TextFiles;
import io.semimeta.recordio.RecordHeader;
import io.semimeta.recordio.RecordIndex;
import io.semimeta.recordio.RecordReader;
import io.semimeta.source.ImageSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Represents one record file of im2rec, with what its index and its list say. */
final class MxnetFile {
  private static final int PART_RECORDS = 1_000;
  private static final int NOT_LISTED = Integer.MIN_VALUE;

  private final Path records;
  private final List<RecordIndex.Entry> entries;
  private final long firstId;

  /** Holds names by entry; null, with label {@link #NOT_LISTED}, where the list has no line. */
  private final String[] names;

  private final int[] labels;

  private boolean hasList;

  private MxnetFile(Path records, List<RecordIndex.Entry> entries, long firstId) {
    this.records = records;
    this.entries = entries;
    this.firstId = firstId;
    this.names = new String[entries.size()];
    this.labels = new int[entries.size()];
    Arrays.fill(labels, NOT_LISTED);
  }

  /**
   * Reads the index and, where it is there, the list.
   *
   * @param firstId number that is added to the index's keys to give ids
   * @throws UserError where there is no index, or one of the two is broken
   */
  static MxnetFile open(Path records, long firstId, Configuration conf) {
    FileSystem fileSystem = DataFiles.fileSystem(records, conf);
    if (!records.getName().endsWith(".rec")) {
      throw new UserError(records + " is no record file; its name must end in .rec");
    }
    try {
      fileSystem.getFileStatus(records);
      if (!fileSystem.exists(RecordIndex.of(records))) {
        throw new UserError(
            RecordIndex.of(records)
                + " is missing; MXNet's rec2idx.py makes it of the record file");
      }
      MxnetFile file = new MxnetFile(records, RecordIndex.entries(records, conf), firstId);
      Map<Long, Integer> places = new HashMap<>();
      for (int i = 0; i < file.entries.size(); i++) {
        long key = file.entries.get(i).id();
        if (key < 0 || places.put(key, i) != null) {
          throw new UserError(
              "%s: key %s is negative or there twice; make both files again"
                  .formatted(RecordIndex.of(records), key));
        }
      }
      file.hasList = fileSystem.exists(file.list());
      if (file.hasList) {
        file.readList(places, fileSystem);
      }
      return file;
    } catch (IOException e) {
      throw DataFiles.unreadable(records, e);
    }
  }

  private void readList(Map<Long, Integer> places, FileSystem fileSystem) throws IOException {
    try (InputStream in = FileReading.open(fileSystem, list())) {
      TextFiles.forEachLine(in, list(), (number, line) -> readLine(number, line, places));
    }
  }

  private void readLine(int number, String line, Map<Long, Integer> places) {
    List<String> columns = Arrays.stream(line.split("\t", -1)).map(String::strip).toList();
    if (columns.size() < 3) { // im2rec passes over them, too
      return;
    }
    try {
      Integer place = places.get(Long.valueOf(columns.get(0)));
      if (place != null) { // else im2rec could not read the image
        names[place] = columns.get(columns.size() - 1);
        labels[place] = label(columns.get(1));
      }
    } catch (NumberFormatException e) {
      throw new UserError(
          list() + " line " + number + ": not a key, a class index and a path with tabs between",
          e);
    }
  }

  private static int label(String text) {
    float label = Float.parseFloat(text);
    if (label != (int) label || label < ImageRecord.NO_LABEL) {
      throw new NumberFormatException();
    }
    return (int) label;
  }

  /** Returns the path of the list. */
  Path list() {
    return new Path(records.getParent(), records.getName().replaceFirst("\\.rec$", ".lst"));
  }

  /** Returns the index, and the list where there is one. */
  List<Path> filesBeside() {
    return hasList ? List.of(RecordIndex.of(records), list()) : List.of(RecordIndex.of(records));
  }

  /** Returns the id that comes after all of this file's. */
  long nextId() {
    return firstId + 1 + entries.stream().mapToLong(RecordIndex.Entry::id).max().orElse(-1);
  }

  /**
   * Returns the highest class index in the list.
   *
   * @throws UserError where there is no list
   */
  int highestLabel() {
    if (!hasList) {
      throw new UserError(list() + " is missing; give the classes with --class-names FILE");
    }
    return Math.max(ImageRecord.NO_LABEL, Arrays.stream(labels).max().orElse(-1));
  }

  /** Returns the listed images' folders by class index; empty where these tell no classes. */
  Map<Integer, String> folders() {
    Map<Integer, String> folders = new TreeMap<>();
    for (int i = 0; i < names.length; i++) {
      if (names[i] == null || labels[i] == ImageRecord.NO_LABEL) {
        continue;
      }
      String[] path = names[i].split("/", -1);
      String folder = path.length > 1 ? path[path.length - 2] : "";
      String other = folders.putIfAbsent(labels[i], folder);
      if (folder.isEmpty() || (other != null && !other.equals(folder))) {
        return Map.of();
      }
    }
    return folders;
  }

  void addParts(List<ImageSource.Part> parts, String split, int classCount) {
    for (int first = 0; first < entries.size(); first += PART_RECORDS) {
      int end = Math.min(entries.size(), first + PART_RECORDS);
      parts.add(
          new RecordPart(
              split,
              records.toString(),
              end == entries.size(),
              List.copyOf(entries.subList(first, end)),
              firstId,
              Arrays.copyOfRange(names, first, end),
              Arrays.copyOfRange(labels, first, end),
              classCount));
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record RecordPart(
      String split,
      String file,
      boolean last,
      List<RecordIndex.Entry> entries,
      long firstId,
      String[] names,
      int[] labels,
      int classCount)
      implements ImageSource.Part {

    @Override
    public ImageSource.Reader open(Configuration conf) {
      RecordReader reader = RecordReader.open(new Path(file), conf);
      return new ImageSource.Reader() {
        private int done;

        @Override
        public ImageSource.Image next() throws IOException {
          if (done < names.length) {
            return image(reader, done++);
          }
          if (last && !reader.isAtEnd()) {
            throw new UserError(
                RecordIndex.of(new Path(file))
                    + ": records follow its last key; it is cut short, make it again with"
                    + " rec2idx.py");
          }
          return null;
        }

        @Override
        public void close() throws IOException {
          reader.close();
        }
      };
    }

    private ImageSource.Image image(RecordReader reader, int i) throws IOException {
      RecordIndex.Entry entry = entries.get(i);
      reader.seek(entry.offset());
      ImageRecord record = reader.next();
      if (record == null) {
        throw new UserError(file + " ends before key " + entry.id() + " of its index");
      }
      new RecordHeader(entry.offset(), record.id(), record.label())
          .checkLabel(new Path(file), classCount);
      if (labels[i] != NOT_LISTED && labels[i] != record.label()) {
        throw new UserError(
            ("%s: key %s has label %s, but %s in the list beside it; move the list away if it"
                    + " isn't the file's")
                .formatted(file, entry.id(), record.label(), labels[i]));
      }
      String path = file + "#" + (names[i] == null ? String.valueOf(entry.id()) : names[i]);
      return new ImageSource.Image(
          new ImageRecord(firstId + entry.id(), record.label(), record.encoded()), path);
    }
  }
}
