package io.semimeta.evaluation;

import io.semimeta.data.ImageRecord;
import io.semimeta.inference.Example;
import java.io.Serializable;
import java.util.List;

/** Translates an input's labels into the network's, by the classes' names. */
final class Labels implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int[] ofNetwork;

  Labels(List<String> input, List<String> network) {
    ofNetwork = input.stream().mapToInt(network::indexOf).toArray();
  }

  /** Returns the network's class; the network may know no such class. */
  int of(int label) {
    return label == ImageRecord.NO_LABEL || ofNetwork[label] < 0
        ? ImageRecord.NO_LABEL
        : ofNetwork[label];
  }

  /** Returns the image with the network's class. */
  Example translated(Example one) {
    return one.withLabel(of(one.label()));
  }
}
