package io.semimeta.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a Dockerfile puts into its image, as a folder of hard links; its RUN is left out. */
final class ImageFolder {
  private final Path root;
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, String> folders = new TreeMap<>();
  private List<String> entrypoint = List.of();
  private String user = "";

  /**
   * Follows the file's instructions.
   *
   * @param context what COPY copies from
   * @param root of the image's files
   */
  ImageFolder(Path dockerfile, Path context, Path root) throws IOException {
    this.root = root;
    for (String line : Files.readAllLines(dockerfile)) {
      String[] words = line.split("\\s+");
      switch (words[0]) {
        case "COPY" -> copy(context, Arrays.asList(words).subList(1, words.length));
        case "ENV" ->
            environment.put(words[1].replaceAll("=.*", ""), words[1].replaceAll(".*=", ""));
        case "USER" -> user = words[1];
        case "ENTRYPOINT" ->
            entrypoint =
                List.of(
                    new ObjectMapper()
                        .readValue(line.substring("ENTRYPOINT".length()), String[].class));
        case "", "#", "ARG", "FROM", "RUN", "WORKDIR" -> {}
        default -> throw new IllegalArgumentException(line);
      }
    }
  }

  private void copy(Path context, List<String> words) throws IOException {
    String target = words.get(words.size() - 1);
    for (String word : words.subList(0, words.size() - 1)) {
      Path source = context.resolve(word);
      Path to = root.resolve(target.substring(1));
      if (Files.isDirectory(source)) {
        try (Stream<Path> list = Files.list(source)) {
          for (Path entry : (Iterable<Path>) list::iterator) {
            link(entry, to.resolve(entry.getFileName()));
          }
        }
      } else {
        link(source, target.endsWith("/") ? to.resolve(source.getFileName()) : to);
      }
    }
    String top = Path.of(target).subpath(0, 2).toString();
    folders.put("/" + top, root.resolve(top).toString());
  }

  private static void link(Path source, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    Files.createLink(to, source);
  }

  /** The folders that COPY fills, by their name in the image. */
  Map<String, String> folders() {
    return folders;
  }

  Map<String, String> environment() {
    return environment;
  }

  List<String> entrypoint() {
    return entrypoint;
  }

  String user() {
    return user;
  }

  /** All its files. */
  List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.sorted().toList();
    }
  }
}
