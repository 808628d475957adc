package io.semimeta.distributed;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.Pointer;

/**
 * Owns a group's native objects, which were added before those that depend on them. They must be
 * closed by hand, in the reverse order, or stay for ever: when the garbage collector frees a store
 * or a group, JavaCPP 1.5.13 counts its reference down twice, which corrupts the heap. A group that
 * has lost a rank, or was never complete, cannot be closed; it stays until its executor ends.
 */
final class NativeHandles implements AutoCloseable {
  private static final Set<NativeHandles> OPEN = ConcurrentHashMap.newKeySet();

  private final Deque<Pointer> handles = new ArrayDeque<>();

  NativeHandles() {
    OPEN.add(this);
  }

  <T extends Pointer> T add(T handle) {
    handles.push(handle);
    return handle;
  }

  @Override
  public void close() {
    while (!handles.isEmpty()) {
      handles.pop().close();
    }
    OPEN.remove(this);
  }
}
