package io.semimeta.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.semimeta.source.InputFiles;
import io.semimeta.source.TestSources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlatFolderSourceTest {
  @TempDir private Path folder;
  private final Configuration conf = new Configuration(false);

  private org.apache.hadoop.fs.Path input() {
    return new org.apache.hadoop.fs.Path("file:" + folder);
  }

  private void files(String names) throws IOException {
    for (String name : names.split(" ", -1)) {
      TestSources.file(folder.resolve(name), new byte[1]);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "true, 0.png 1.png",
    "true, 0.png holidays/1.png",
    "true, 0.png cat/notes.txt",
    "false, cat/0.png dog/1.png",
    "false, 0.png cat/1.png",
    "false, 0.png train/cat/1.png",
    "false, 0.png Test/0/1.png",
    "false, notes.txt holidays/1.png"
  })
  void aFolderIsFlatWhereNoLabelOrSplitIsLost(boolean flat, String names) throws IOException {
    files(names);
    assertEquals(flat, FlatFolderSource.isFlat(input(), List.of("cat"), new InputFiles(conf)));
  }

  @Test
  void theNumberOfImagesIsTold() throws IOException {
    files("0.png holidays/1.png holidays/2.png notes.txt");
    List<String> told = FlatFolderSource.open(input(), new InputFiles(conf)).recognised();
    assertEquals(List.of("3 images without classes in file:" + folder), told);
  }
}
