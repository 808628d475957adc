package io.semimeta.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;

/**
 * Records in a shuffled order, still encoded, read a window at a time and the next one ahead. No
 * more than these two are in memory. For one thread at a time.
 */
final class RecordStream {
  private final RecordList records;
  private final ShuffledOrder order;
  private final ReadAhead<List<ImageRecord>> windows;

  /**
   * Reads nothing yet.
   *
   * @param readers threads that read
   */
  RecordStream(RecordList records, ShuffledOrder order, ExecutorService readers) {
    this.records = records;
    this.order = order;
    windows = new ReadAhead<>(this::read, 1, Long.MAX_VALUE, readers);
  }

  /** The records at positions [from, from + count); none where there is nothing to draw from. */
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

  /** A window's records in their shuffled order. */
  private List<ImageRecord> read(long number) {
    ShuffledOrder.Window window;
    synchronized (order) {
      window = order.window(number);
    }
    Map<Integer, ImageRecord> read = new HashMap<>();
    for (int first : window.blocks()) {
      List<ImageRecord> block = records.read(first, order.end(first));
      for (int i = 0; i < block.size(); i++) {
        read.put(first + i, block.get(i));
      }
    }
    List<ImageRecord> shuffled = new ArrayList<>(window.order().length);
    for (int index : window.order()) {
      shuffled.add(read.get(index));
    }
    return shuffled;
  }
}
