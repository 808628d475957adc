package io.semimeta.comparison;

import io.semimeta.UserError;
import io.semimeta.files.DataFiles;
import io.semimeta.report.RunFiles;
import io.semimeta.training.metrics.MetricsFiles;
import io.semimeta.training.metrics.ResultFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Finds finished runs in folders, and folders of folders, and reads what they left. */
public final class RunFolders {
  /** Any of these is written by a run before its result. */
  private static final Set<String> BEGUN =
      Set.of("checkpoints", MetricsFiles.FILE_NAME, "label_indices.txt");

  /**
   * Orders names with numbers at their ends as people do: {@code seed-2} before {@code seed-10}.
   */
  private static final Comparator<FileStatus> BY_NAME =
      Comparator.comparing(
          file -> file.getPath().getName(),
          Comparator.comparing((String name) -> name.replaceAll("\\d+$", ""))
              .thenComparing(String::length)
              .thenComparing(Comparator.naturalOrder()));

  private final Configuration conf;
  private final List<ComparedRun> runs = new ArrayList<>();
  private final List<String> unfinished = new ArrayList<>();
  private final Set<Path> seen = new HashSet<>();

  private RunFolders(Configuration conf) {
    this.conf = conf;
  }

  /**
   * Reads runs.
   *
   * @param folders runs, or folders that hold runs, whatever the depth
   * @param remarks takes a remark on runs that are not finished, which are left out
   * @return the finished runs, in the order of the folders, those in one folder by name
   * @throws UserError where a folder is no run and holds none, or is named twice
   */
  public static List<ComparedRun> read(List<Path> folders, Configuration conf, List<String> remarks)
      throws IOException {
    RunFolders all = new RunFolders(conf);
    for (Path folder : folders) {
      all.read(folder, folders.size() == 1);
    }
    if (!all.unfinished.isEmpty()) {
      remarks.add("Not finished, hence left out: " + String.join(", ", all.unfinished) + ".");
    }
    return all.runs;
  }

  private void read(Path given, boolean alone) throws IOException {
    Path folder = DataFiles.qualified(given, conf);
    FileSystem fs = DataFiles.fileSystem(folder, conf);
    int before = runs.size();
    int unfinishedBefore = unfinished.size();
    try {
      if (!fs.getFileStatus(folder).isDirectory()) {
        throw new UserError("%s: is a file; name the output of a run".formatted(given));
      }
      find(fs, folder, given.toString(), alone ? "" : given + "/");
    } catch (IOException e) {
      throw DataFiles.unreadable(given, e);
    }
    if (runs.size() > before) {
      return;
    }
    throw new UserError(
        unfinished.size() > unfinishedBefore
            ? "%s: no run in it is finished: there is no %s; go on with it first"
                .formatted(given, ResultFile.FILE_NAME)
            : "%s: is no run and holds none; name the output of train or ablate".formatted(given));
  }

  /**
   * Finds the runs in a folder.
   *
   * @param name the folder's name for people
   * @param above what the names of folders in it begin with
   */
  private void find(FileSystem fs, Path folder, String name, String above) throws IOException {
    FileStatus[] children = fs.listStatus(folder);
    Arrays.sort(children, BY_NAME);
    Set<String> names = new HashSet<>();
    for (FileStatus child : children) {
      names.add(child.getPath().getName());
    }
    if (names.contains(ResultFile.FILE_NAME)) {
      add(folder, name);
    } else if (names.stream().anyMatch(BEGUN::contains)) {
      unfinished.add(name);
    } else {
      for (FileStatus child : children) {
        if (child.isDirectory()) {
          String inner = above + child.getPath().getName();
          find(fs, child.getPath(), inner, inner + "/");
        }
      }
    }
  }

  private void add(Path folder, String name) {
    if (!seen.add(folder)) {
      throw new UserError("%s: is there twice".formatted(name));
    }
    ComparedRun run = new ComparedRun(name, RunFiles.read("RUN", folder, conf));
    if (run.options().isEmpty() || run.step().isEmpty()) {
      throw new UserError("%s/%s: is no result of a run".formatted(name, ResultFile.FILE_NAME));
    }
    runs.add(run);
  }
}
