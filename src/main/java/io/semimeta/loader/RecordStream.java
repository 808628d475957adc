package io.semimeta.loader;

import io.semimeta.data.ImageRecord;
import io.semimeta.data.RecordList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Reads records, still encoded, in a shuffled order: one window at a time, and the next one ahead.
 * No more than these two are in memory; where one window holds all records, they are read once and
 * kept. One thread at a time may use it.
 */
final class RecordStream {
  private final RecordList records;
  private final ShuffledOrder order;
  private final ExecutorService blockReaders;
  private final ReadAhead<List<ImageRecord>> windows;
  private Map<Integer, ImageRecord> all;

  /**
   * Reads nothing yet.
   *
   * @param windowReaders threads that put windows together
   * @param blockReaders other threads, which read a window's blocks in parallel, because an object
   *     store makes each request wait
   */
  RecordStream(
      RecordList records,
      ShuffledOrder order,
      ExecutorService windowReaders,
      ExecutorService blockReaders) {
    this.records = records;
    this.order = order;
    this.blockReaders = blockReaders;
    windows = new ReadAhead<>(this::read, 1, Long.MAX_VALUE, windowReaders);
  }

  /** Returns the records at positions [from, from + count); none where there are none. */
  List<ImageRecord> take(long from, int count) {
    List<ImageRecord> taken = new ArrayList<>(count);
    for (int i = 0; i < count && records.size() > 0; i++) {
      ShuffledOrder.Location location;
      synchronized (order) {
        location = order.locate(from + i);
      }
      taken.add(windows.get(location.window()).get(location.place()));
    }
    return taken;
  }

  /** Reads a window's records in their shuffled order. */
  private List<ImageRecord> read(long number) {
    ShuffledOrder.Window window;
    synchronized (order) {
      window = order.window(number);
    }
    Map<Integer, ImageRecord> read =
        order.isOneWindow() ? all(window.blocks()) : blocks(window.blocks());
    List<ImageRecord> shuffled = new ArrayList<>(window.order().length);
    for (int index : window.order()) {
      shuffled.add(read.get(index));
    }
    return shuffled;
  }

  /** Returns the only window's records; the first caller reads them, others wait for that. */
  private synchronized Map<Integer, ImageRecord> all(int[] blocks) {
    if (all == null) {
      all = blocks(blocks);
    }
    return all;
  }

  private Map<Integer, ImageRecord> blocks(int[] firsts) {
    Map<Integer, Future<List<ImageRecord>>> blocks = new HashMap<>();
    for (int first : firsts) {
      blocks.put(first, blockReaders.submit(() -> records.read(first, order.end(first))));
    }
    Map<Integer, ImageRecord> read = new HashMap<>();
    blocks.forEach(
        (first, block) -> {
          int index = first;
          for (ImageRecord record : ReadAhead.result(block)) {
            read.put(index++, record);
          }
        });
    return read;
  }
}
