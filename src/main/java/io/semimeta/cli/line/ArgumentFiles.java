package io.semimeta.cli.line;

import io.semimeta.UserError;
import io.semimeta.files.FileNames;
import io.semimeta.files.TextFiles;
import java.io.IOException;
import java.io.StreamTokenizer;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Replaces each word {@code @FILE} of a command line by the words in that file, which may name
 * other files; {@code @@word} stands for {@code @word}. The syntax is picocli's: words are
 * separated by blanks or quoted, and comments follow {@code #}. Picocli itself reads files in the
 * charset of the environment's locale.
 */
public final class ArgumentFiles {
  private ArgumentFiles() {}

  /**
   * Returns the words of the line and of its files.
   *
   * @throws UserError where a file cannot be read or names itself, or the environment's charset has
   *     lost characters of a word
   */
  public static List<String> expand(List<String> arguments) {
    List<String> words = new ArrayList<>();
    for (String argument : arguments) {
      FileNames.requireWhole(argument);
      expand(argument, List.of(), words);
    }
    return words;
  }

  private static void expand(String word, List<Path> within, List<String> words) {
    if (!word.startsWith("@") || word.length() == 1) {
      words.add(word);
    } else if (word.startsWith("@@")) {
      words.add(word.substring(1));
    } else {
      read(word.substring(1), within, words);
    }
  }

  private static void read(String file, List<Path> within, List<String> words) {
    Path path = Path.of(file).toAbsolutePath().normalize();
    if (within.contains(path)) {
      throw new UserError("the argument file " + file + " names itself");
    }
    List<Path> files = new ArrayList<>(within);
    files.add(path);
    try {
      String text = TextFiles.text(Files.readAllBytes(path), "the argument file " + file);
      StreamTokenizer tokens = new StreamTokenizer(new StringReader(text));
      tokens.resetSyntax();
      tokens.wordChars(' ', 255);
      tokens.whitespaceChars(0, ' ');
      tokens.quoteChar('"');
      tokens.quoteChar('\'');
      tokens.commentChar('#');
      while (tokens.nextToken() != StreamTokenizer.TT_EOF) {
        expand(tokens.sval, files, words);
      }
    } catch (IOException e) {
      throw new UserError("cannot read the argument file " + file, e);
    }
  }
}
