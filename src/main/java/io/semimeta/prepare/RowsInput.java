package io.semimeta.prepare;

import io.semimeta.UserError;
import io.semimeta.jobs.FailingHosts;
import io.semimeta.natives.Natives;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;

/** Gives the images of a table's rows. */
record RowsInput(TableSource table) implements PrepareInput {
  private static final String UNSTABLE =
      "The table gives other rows when it is computed again: %s %s instead of %s; write it to"
          + " files, and use what is read from them";

  @Override
  public String fingerprint(PrepareRequest options) {
    return Fingerprint.of(table.key(), options);
  }

  @Override
  public List<String> classes() {
    return table.classes();
  }

  @Override
  public RelativePaths paths() {
    return new RelativePaths(List.of());
  }

  @Override
  public JavaRDD<PreparedImage> images(Resizing resizing, Wanted wanted) {
    return table
        .images()
        .mapPartitions(
            rows -> {
              FailingHosts.inTask(Natives::loadOpenCv);
              return rows;
            })
        .filter(row -> wanted.test(row.key()))
        .map(row -> PreparedImage.of(row.split(), row.image(), resizing));
  }

  @Override
  public void requireSound(List<SurveyedImage> surveyed) {
    Set<Long> ids = new HashSet<>();
    for (SurveyedImage image : surveyed) {
      if (!ids.add(image.id())) {
        throw new UserError(
            "Two images have the id %s; give each an id of its own, in all splits"
                .formatted(image.id()));
      }
    }
    if (surveyed.size() != table.rows()) {
      throw new UserError(UNSTABLE.formatted("it has", surveyed.size(), table.rows()));
    }
  }

  @Override
  public UserError tooManyBad(List<SurveyedImage> bad, int allowed, Path quarantine) {
    SurveyedImage first =
        bad.stream().min(Comparator.comparingLong(SurveyedImage::id)).orElseThrow();
    return new UserError(
        "Image %s%s: %s; %s; handleInvalid=skip leaves them out"
            .formatted(
                first.id(),
                first.path().isEmpty() ? "" : " (" + first.path() + ")",
                first.problem(),
                bad.size() == 1
                    ? "it is the only one that cannot be read"
                    : bad.size() + " images cannot be read, see " + quarantine));
  }

  @Override
  public UserError nothingToTrainOn(Path quarantine) {
    return new UserError(
        "The table has no training image that can be decoded"
            + (quarantine == null ? "" : "; see " + quarantine));
  }

  @Override
  public UserError changed(String shard, long records, int surveyed) {
    return new UserError(UNSTABLE.formatted(shard + " got", records, surveyed));
  }
}
