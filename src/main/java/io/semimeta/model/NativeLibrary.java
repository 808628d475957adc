package io.semimeta.model;

import org.bytedeco.pytorch.global.torch;

/** libtorch in a JVM that somebody else may have started. */
public final class NativeLibrary {
  private NativeLibrary() {}

  /**
   * Loads it and sets its threads. JavaCPP would refuse tensors beyond a multiple of the heap; what
   * a process may use is for the cluster to say, so its limits are lifted unless somebody set them.
   * They are read once, when its first class is loaded.
   */
  public static void load(int threads) {
    for (String limit : new String[] {"maxBytes", "maxPhysicalBytes"}) {
      String name = "org.bytedeco.javacpp." + limit;
      if (System.getProperty(name) == null) {
        System.setProperty(name, "0");
      }
    }
    torch.set_num_threads(threads);
  }
}
