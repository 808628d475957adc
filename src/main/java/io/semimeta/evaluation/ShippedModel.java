package io.semimeta.evaluation;

import java.io.Serializable;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.lang3.SerializationUtils;

/**
 * Holds a network on its way to the executors: in bytes, which each of Spark's serializers carries,
 * whichever the session has.
 */
public final class ShippedModel implements Serializable {
  private static final long serialVersionUID = 1L;

  private final byte[] bytes;

  public ShippedModel(TrainedModel model) {
    bytes = SerializationUtils.serialize(model);
  }

  /** Returns a name that only this network has. */
  public String key() {
    return DigestUtils.sha256Hex(bytes);
  }

  TrainedModel open() {
    return SerializationUtils.deserialize(bytes);
  }
}
