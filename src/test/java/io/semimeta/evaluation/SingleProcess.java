package io.semimeta.evaluation;

import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.data.ImageRecord;
import io.semimeta.image.DecodedImage;
import io.semimeta.image.ImageDecoder;
import io.semimeta.model.Model;
import io.semimeta.model.Placement;
import io.semimeta.model.TensorBytes;
import io.semimeta.plan.NetworkPlan;
import io.semimeta.training.ModelState;
import io.semimeta.training.TrainingState;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** The metrics in plain Java, from the logits of all images at once. */
record SingleProcess(int examples, int top1Errors, int top5Errors, double crossEntropy) {

  /** Logits of the images in their order, with the checkpoint's normalisation. */
  static float[][] logits(Path step, List<ImageRecord> records) throws IOException {
    Checkpoint checkpoint = CheckpointStore.readFolder(step, new Configuration());
    TrainingState state = TrainingState.fromJson(checkpoint.state(), "test");
    TrainingState.Data data = state.data();
    int area = data.input().height() * data.input().width();
    float[] pixels = new float[records.size() * data.input().channels() * area];
    int at = 0;
    for (ImageRecord record : records) {
      DecodedImage image =
          ImageDecoder.decode(
              record.encoded(), data.input().channels(), data.input().orientation());
      for (int i = 0; i < image.pixels().length; i++) {
        int c = i / area;
        double value = (image.pixels()[i] & 0xff) / 255.0;
        pixels[at++] = (float) ((value - data.mean().get(c)) / data.std().get(c));
      }
    }
    TrainingState.Network network = state.network();
    try (PointerScope scope = new PointerScope();
        Model model =
            new NetworkPlan(network.architecture(), network.options(), Placement.CPU, false)
                .create()) {
      ModelState.load(checkpoint.model(), model, "test");
      Tensor images =
          Tensor.create(
              pixels,
              records.size(),
              data.input().channels(),
              data.input().height(),
              data.input().width());
      FloatBuffer values = TensorBytes.copy(model.predict(images)).asFloatBuffer();
      float[][] logits = new float[records.size()][data.classes().size()];
      for (float[] ofImage : logits) {
        values.get(ofImage);
      }
      return logits;
    }
  }

  /** Of images that all have a label. */
  static SingleProcess of(Path step, List<ImageRecord> records) throws IOException {
    float[][] logits = logits(step, records);
    int top1 = 0;
    int top5 = 0;
    double entropy = 0;
    for (int i = 0; i < logits.length; i++) {
      int label = records.get(i).label();
      int larger = 0;
      double sum = 0;
      for (float logit : logits[i]) {
        larger += logit > logits[i][label] ? 1 : 0;
        sum += Math.exp(logit);
      }
      top1 += larger >= 1 ? 1 : 0;
      top5 += larger >= 5 ? 1 : 0;
      entropy += Math.log(sum) - logits[i][label];
    }
    return new SingleProcess(logits.length, top1, top5, entropy / logits.length);
  }

  static int argmax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
