package io.semimeta.model;

/** The device on which the tests compute that .ci/gpu runs: -Dsemimeta.device, or else the CPU. */
public final class TestDevice {
  private TestDevice() {}

  /** Returns the device as libtorch spells it, and loads libtorch as training does. */
  public static String name() {
    NativeLibrary.load(1);
    String given = System.getProperty("semimeta.device", "");
    return given.isEmpty() ? "cpu" : given;
  }
}
