package io.semimeta.model;

import io.semimeta.natives.Natives;
import org.bytedeco.pytorch.global.torch;

/** Native code for training and evaluation, in a JVM that somebody else may have started. */
public final class NativeLibrary {
  private NativeLibrary() {}

  /**
   * Loads libtorch, and OpenCV, which decodes the images; and sets how many threads libtorch
   * computes with for the calling one.
   *
   * @throws io.semimeta.HostError where they cannot be loaded here
   */
  public static void load(int threads) {
    Natives.loadLibtorch();
    Natives.loadOpenCv();
    torch.set_num_threads(threads);
  }
}
