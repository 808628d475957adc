package io.semimeta.natives;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Unpacks the libraries as the program does, before any test: so no test, whatever class of
 * libtorch's or OpenCV's it touches first, unpacks them another way.
 */
public final class NativesInTests implements BeforeAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) {
    Natives.unpack();
  }
}
