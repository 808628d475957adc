package io.semimeta.files;

import io.semimeta.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.util.LineReader;

/** Reads text files in UTF-8, with or without a byte-order mark, with any line ends. */
public final class TextFiles {
  /** Bounds a line in bytes, because a file of another kind may have no line ends at all. */
  private static final int MAX_LINE_BYTES = 1 << 25;

  private TextFiles() {}

  /**
   * Reads a file's lines that are not blank.
   *
   * @param action takes each line's number, from 1, and its text without the blanks around it
   * @throws UserError where the file cannot be read, or is no text in UTF-8
   */
  public static void forEachLine(
      Path file, Configuration conf, BiConsumer<Integer, String> action) {
    try (InputStream in = DataFiles.open(file, conf)) {
      forEachLine(in, file, action);
    } catch (IOException e) {
      throw DataFiles.unreadable(file, e);
    }
  }

  /**
   * Reads the lines that are not blank. The stream is left open.
   *
   * @param file name of the file, for people
   * @param action takes each line's number, from 1, and its text without the blanks around it
   * @throws UserError where the file is no text in UTF-8
   */
  public static void forEachLine(InputStream in, Object file, BiConsumer<Integer, String> action)
      throws IOException {
    LineReader reader = new LineReader(in);
    Text text = new Text();
    int read;
    for (int number = 1; (read = reader.readLine(text, MAX_LINE_BYTES)) > 0; number++) {
      String where = file + " line " + number;
      if (read > MAX_LINE_BYTES) {
        throw new UserError(where + " is longer than 32 MiB; is this the right file?");
      }
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(), 0, text.getLength());
      String line = decoded(bytes, number == 1, file, where).strip();
      if (!line.isEmpty()) {
        action.accept(number, line);
      }
    }
  }

  /** Returns the lines that are not blank, as {@link #forEachLine} reads them. */
  public static List<String> lines(InputStream in, Object file) throws IOException {
    List<String> lines = new ArrayList<>();
    forEachLine(in, file, (number, line) -> lines.add(line));
    return lines;
  }

  /**
   * Returns all of a text.
   *
   * @param file name of the file, for people
   * @throws UserError where it is no text in UTF-8
   */
  public static String text(byte[] content, Object file) {
    return decoded(ByteBuffer.wrap(content), true, file, file.toString());
  }

  private static String decoded(ByteBuffer bytes, boolean first, Object file, String where) {
    int mark = first && bytes.limit() >= 2 ? bytes.getShort(0) & 0xffff : 0;
    if (mark == 0xfeff || mark == 0xfffe) {
      throw new UserError(file + " is UTF-16; save it as UTF-8");
    }
    for (int i = 0; i < bytes.limit(); i++) {
      if (bytes.get(i) == 0) { // every other byte of plain English in UTF-16
        throw new UserError(where + " holds a zero byte: no text, or UTF-16; save it as UTF-8");
      }
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      return first && text.startsWith("\ufeff") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new UserError(where + " is not UTF-8; save the file as UTF-8", e);
    }
  }
}
