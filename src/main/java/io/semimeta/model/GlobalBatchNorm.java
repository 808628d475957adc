package io.semimeta.model;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.TensorTensorHook;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Does train-mode batch normalisation with the statistics of all ranks' images: N ranks then
 * compute what one rank computes on the global batch. Every rank passes the same layers in the same
 * order, with equally many images.
 */
record GlobalBatchNorm(Ranks ranks, double momentum, double epsilon) {
  private static final long[] ALL_BUT_CHANNELS = {0, 2, 3};

  /**
   * Normalises the images, and moves the running statistics.
   *
   * @param x (batch, channels, height, width)
   * @param weight scale of each channel, (channels), as are the three others
   */
  Tensor forward(Tensor x, Tensor weight, Tensor bias, Tensor runningMean, Tensor runningVar) {
    long channels = x.size(1);
    // The moments are taken about the running mean, which all ranks share, so that the difference
    // below loses little precision.
    try (Tensor centred = x.sub(perChannel(runningMean.clone()))) {
      Tensor moments = mean(moments(centred));
      Tensor mean = moments.narrow(0, 0, channels);
      Tensor var = moments.narrow(0, channels, channels).sub(mean.square());
      double count = (double) x.numel() / channels * ranks.size();
      move(runningMean, runningVar, mean, var.mul(new Scalar(count / (count - 1))));
      Tensor scale = weight.mul(var.add(new Scalar(epsilon)).rsqrt());
      try (Tensor normal = centred.sub(perChannel(mean));
          Tensor scaled = normal.mul(perChannel(scale))) {
        return scaled.add(perChannel(bias));
      }
    }
  }

  /** Returns the first moments of all channels, then the second moments: (2 * channels). */
  private static Tensor moments(Tensor centred) {
    try (Tensor squares = centred.square()) {
      return torch.cat(
          new TensorVector(centred.mean(ALL_BUT_CHANNELS), squares.mean(ALL_BUT_CHANNELS)), 0);
    }
  }

  private static Tensor perChannel(Tensor values) {
    return values.view(1, -1, 1, 1);
  }

  private void move(Tensor runningMean, Tensor runningVar, Tensor mean, Tensor var) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      runningMean.add_(mean, new Scalar(momentum)); // the mean is relative to it already
      runningVar.lerp_(var, new Scalar(momentum));
    }
  }

  /**
   * Returns the mean over the ranks. In the backward pass its gradients are averaged too: each
   * rank's loss is a mean over its own images, and the parameters' gradients are averaged later.
   */
  private Tensor mean(Tensor own) {
    Tensor averaged = own.detach().clone();
    ranks.allReduceMean(averaged);
    // The sum has the value of the average, and the gradient flows back to the own moments.
    Tensor global = own.sub(own.detach()).add(averaged);
    if (global.requires_grad()) {
      global.register_hook(new MeanGradient(ranks));
    }
    return global;
  }

  /** Averages a gradient over the ranks; autograd calls it in the same order on every rank. */
  private static final class MeanGradient extends TensorTensorHook {
    private final Ranks ranks;

    MeanGradient(Ranks ranks) {
      this.ranks = ranks;
    }

    @Override
    public TensorBase call(TensorBase gradient) {
      Tensor mean = new Tensor(gradient).detach().clone();
      ranks.allReduceMean(mean);
      return mean;
    }
  }
}
