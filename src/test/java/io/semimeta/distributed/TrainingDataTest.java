package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.data.DatasetManifest.SidecarFile;
import io.semimeta.data.DatasetManifest.Split;
import io.semimeta.data.LabelSplit;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;

class TrainingDataTest {
  private static String fingerprint(SidecarFile sidecar) {
    Shard shard = new Shard("a.rec", 3, 5, "ab", sidecar);
    Split split = new Split(3, 1, List.of(1L, 1L), List.of(shard));
    DatasetManifest manifest =
        new DatasetManifest(
            1,
            "pets",
            List.of("cat", "dog"),
            1,
            8,
            8,
            List.of(0.25),
            List.of(0.5),
            Map.of("train", split),
            null);
    LabelSplit none = new LabelSplit(List.of(), List.of(), List.of());
    return new TrainingData(URI.create("file:/data"), manifest, none, List.of()).fingerprint();
  }

  /** Or else no run of before could be resumed. */
  @Test
  void theFingerprintIsThatOfCheckpointsOfBeforeSidecars() {
    String before =
        "{train=Split[records=3, unlabelled=1, perClass=[1, 1], shards=[Shard[file=a.rec,"
            + " records=3, bytes=5, sha256=ab]]]}";
    assertEquals(DigestUtils.sha256Hex(before).substring(0, 16), fingerprint(null));
    assertEquals(fingerprint(null), fingerprint(new SidecarFile(7, "cd")));
  }
}
