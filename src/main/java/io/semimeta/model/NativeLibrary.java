package io.semimeta.model;

import io.semimeta.natives.Natives;
import org.bytedeco.pytorch.global.torch;

/** libtorch in a JVM that somebody else may have started. */
public final class NativeLibrary {
  private NativeLibrary() {}

  /** Loads it, and sets the threads that it computes with for the calling thread. */
  public static void load(int threads) {
    Natives.loadLibtorch();
    torch.set_num_threads(threads);
  }
}
