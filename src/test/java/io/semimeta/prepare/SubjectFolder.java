package io.semimeta.prepare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Subjects that are made in a folder. */
abstract class SubjectFolder {
  final Path root;
  final List<Subject> all = new ArrayList<>();

  SubjectFolder(Path root) {
    this.root = root;
  }

  final void add(Path file, int head, Subject.Parser parser) {
    all.add(new Subject(file, head, false, file.getFileName().toString(), parser));
  }

  final void addChecked(Path file, int head, Subject.Parser parser) {
    all.add(new Subject(file, head, true, file.getFileName().toString(), parser));
  }

  static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path("file", null, path.toAbsolutePath().toString());
  }
}
