package io.semimeta.inference;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
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

  /** Returns the length in bytes. */
  public long size() {
    return bytes.length;
  }

  /**
   * Reads the network. A stream looks for classes in the loader of whoever calls it: commons-lang's
   * is Spark's own, which does not know a jar that came by {@code spark.jars}.
   */
  TrainedModel open() {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (TrainedModel) in.readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalStateException("a network that was sent cannot be read", e);
    }
  }
}
