package io.semimeta.model;

import io.semimeta.natives.Natives;
import org.bytedeco.pytorch.global.torch;

/** Loads the native code of training and evaluation, in whatever JVM. */
public final class NativeLibrary {
  private NativeLibrary() {}

  /**
   * Loads libtorch and OpenCV, which decodes the images, and sets how many threads libtorch uses
   * when the calling thread computes.
   *
   * @throws io.semimeta.HostError where they cannot be loaded here
   */
  public static void load(int threads) {
    Natives.loadLibtorch();
    Natives.loadOpenCv();
    torch.set_num_threads(threads);
  }
}
