package io.semimeta.checkpoint;

import io.semimeta.Shown;
import io.semimeta.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import net.razorvine.pickle.PickleException;
import org.apache.commons.lang3.StringUtils;

/**
 * Reads the state dict in a file that {@code torch.save} wrote since PyTorch 1.6: a zip archive
 * without compression, of a pickle and of each storage's bytes. No code runs ({@link
 * StateDictUnpickler}). The file is copied to the local disk first, as zip archives are read from
 * their end; tensors take no more memory than twice its length, the pickle some hundred megabytes
 * at most.
 */
final class PyTorchFile {
  private static final byte[] ZIP = {'P', 'K', 3, 4};

  /** Begins the older format: protocol 2, and a long of ten bytes, the magic number. */
  private static final byte[] OLD = {
    (byte) 0x80, 2, (byte) 0x8a, 10, 'l', (byte) 0xfc, (byte) 0x9c
  };

  static final int MAGIC_BYTES = OLD.length;

  /** ResNet-152's pickle has 150 kB; each byte may become an object of 60. */
  private static final int MOST_OF_PICKLE = 4 << 20;

  /** Tensors may share storages, but not without end: each is read through for NaN. */
  private static final int MOST_SHARED = 16;

  private static final int SHOWN = 200;

  private final String file;
  private final long length;
  private final ZipFile archive;
  private final String folder;
  private final Map<String, ByteBuffer> storages = new HashMap<>();
  private long read;
  private long copied;
  private long viewed;

  private PyTorchFile(String file, long length, ZipFile archive) {
    this.file = file;
    this.length = length;
    this.archive = archive;
    this.folder =
        archive.stream()
            .map(ZipEntry::getName)
            .filter(name -> name.endsWith("/data.pkl"))
            .map(name -> name.substring(0, name.lastIndexOf('/') + 1))
            .findFirst()
            .orElseThrow(() -> error("is a zip archive, but none of torch.save"));
  }

  /** Tells whether a file begins as those of {@code torch.save} do, the older ones too. */
  static boolean isMeant(byte[] first) {
    return begins(first, ZIP) || begins(first, OLD);
  }

  private static boolean begins(byte[] first, byte[] magic) {
    return first.length >= magic.length
        && Arrays.equals(first, 0, magic.length, magic, 0, magic.length);
  }

  /**
   * Reads all tensors.
   *
   * @param in stream of the file from its start, which knows marks; it is left open
   * @param length length of the file in bytes
   * @param file name of the file, for messages
   * @return the tensors by their names in the state dict
   * @throws UserError that names the file, where it is anything but a sound state dict
   */
  static Map<String, StoredTensor> read(InputStream in, long length, String file)
      throws IOException {
    in.mark(MAGIC_BYTES);
    if (begins(in.readNBytes(MAGIC_BYTES), OLD)) {
      throw new UserError(
          file + ": is in PyTorch's format before 1.6; load and save it with a newer one");
    }
    in.reset();
    Path local = Files.createTempFile("semimeta-", ".pth");
    try {
      Files.copy(in, local, StandardCopyOption.REPLACE_EXISTING);
      try (ZipFile archive = open(local, file)) {
        return new PyTorchFile(file, length, archive).stateDict();
      }
    } catch (PickleException e) {
      throw new UserError(
          "%s: %s; save a state dict alone, by torch.save(model.state_dict(), FILE)"
              .formatted(file, shown(e.getMessage())),
          e);
    } catch (IllegalArgumentException e) { // the archive's, of names that are no text
      throw new UserError(file + ": is a damaged zip archive", e);
    } finally {
      Files.deleteIfExists(local);
    }
  }

  private static ZipFile open(Path local, String file) {
    try {
      return new ZipFile(local.toFile());
    } catch (IOException | RuntimeException e) { // whatever a damaged directory leads to
      throw new UserError(file + ": is a damaged zip archive, perhaps cut short", e);
    }
  }

  private static String shown(String text) {
    return StringUtils.abbreviate(Shown.text(text), SHOWN);
  }

  private Map<String, StoredTensor> stateDict() throws IOException {
    if (archive.getEntry(folder + "constants.pkl") != null) {
      throw error("is a TorchScript file; give it as --architecture torchscript:URI");
    }
    if (archive.getEntry(folder + "byteorder") != null) {
      byte[] order = entry("byteorder");
      if (!"little".equals(new String(order, StandardCharsets.US_ASCII))) {
        throw error("is of a machine whose bytes are in the other order; save it on another");
      }
    }
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    ZipEntry pickle = archive.getEntry(folder + "data.pkl");
    if (pickle.getSize() > MOST_OF_PICKLE) {
      throw error("'data.pkl' is larger than 4 MiB, which no state dict needs");
    }
    for (Map.Entry<String, Object> one : StateDictUnpickler.read(entry("data.pkl")).entrySet()) {
      if (!(one.getValue() instanceof StateDictUnpickler.View view)) {
        throw new PickleException("'%s' is no tensor".formatted(one.getKey()));
      }
      tensors.put(one.getKey(), tensor(one.getKey(), view));
    }
    if (tensors.isEmpty()) {
      throw new PickleException("it holds no tensors");
    }
    return tensors;
  }

  private byte[] entry(String name) throws IOException {
    ZipEntry entry = archive.getEntry(folder + name);
    if (entry == null) {
      throw error("lacks its '%s'".formatted(shown(name)));
    }
    read += entry.getSize();
    if (entry.getMethod() != ZipEntry.STORED || entry.getSize() < 0 || read > length) {
      throw error("'%s' is compressed or damaged".formatted(shown(name)));
    }
    if (entry.getSize() > Integer.MAX_VALUE - 8) {
      throw error("a tensor is larger than 2 GiB");
    }
    byte[] bytes;
    try (InputStream in = archive.getInputStream(entry)) {
      bytes = in.readNBytes((int) entry.getSize());
    } catch (IOException | RuntimeException e) { // whatever a damaged entry leads to
      throw new UserError("%s: '%s' is damaged".formatted(file, shown(name)), e);
    }
    CRC32 sum = new CRC32();
    sum.update(bytes);
    if (bytes.length != entry.getSize() || sum.getValue() != entry.getCrc()) {
      throw error("'%s' is damaged: its CRC-32 is not the archive's".formatted(shown(name)));
    }
    return bytes;
  }

  private StoredTensor tensor(String name, StateDictUnpickler.View view) throws IOException {
    String key = view.storage().key();
    ByteBuffer storage = storages.get(key);
    if (storage == null) {
      storage = ByteBuffer.wrap(entry("data/" + key)).order(ByteOrder.LITTLE_ENDIAN);
      storages.put(key, storage);
    }
    int size = StoredTensor.elementBytes(view.storage().dtype());
    try {
      long bytes = StoredTensor.byteCount(view.storage().dtype(), view.shape());
      requireInside(view, storage.remaining() / size);
      viewed = Math.addExact(viewed, bytes);
      if (viewed > MOST_SHARED * length) {
        throw new IllegalArgumentException("more elements than the file has");
      }
      ByteBuffer elements;
      if (bytes == 0 || isContiguous(view)) {
        elements = storage.slice((int) view.offset() * size, (int) bytes);
      } else {
        copied += bytes;
        if (copied > length) {
          throw new IllegalArgumentException("more elements than the file has");
        }
        elements = ByteBuffer.allocate((int) bytes);
        gather(view, 0, view.offset(), size, storage, elements);
        elements.flip();
      }
      return new StoredTensor(view.storage().dtype(), view.shape(), elements);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new UserError(
          "%s: tensor '%s' is damaged: %s".formatted(file, shown(name), e.getMessage()), e);
    }
  }

  /** Requires the last element that a tensor may have to be in its storage. */
  private static void requireInside(StateDictUnpickler.View view, long elements) {
    if (view.shape().length != view.strides().length || view.offset() < 0) {
      throw new IllegalArgumentException("its shape and strides do not agree");
    }
    long last = view.offset();
    boolean empty = false;
    for (int d = 0; d < view.shape().length; d++) {
      if (view.strides()[d] < 0) {
        throw new IllegalArgumentException("it has a negative stride");
      }
      empty |= view.shape()[d] == 0;
      last =
          Math.addExact(
              last, Math.multiplyExact(Math.max(0, view.shape()[d] - 1), view.strides()[d]));
    }
    if (empty ? view.offset() > elements : last >= elements) {
      throw new IllegalArgumentException("it is larger than its storage");
    }
  }

  private static boolean isContiguous(StateDictUnpickler.View view) {
    long expected = 1;
    for (int d = view.shape().length - 1; d >= 0; d--) {
      if (view.shape()[d] == 0) {
        return true;
      }
      if (view.shape()[d] != 1 && view.strides()[d] != expected) {
        return false;
      }
      expected *= view.shape()[d];
    }
    return true;
  }

  /** Copies a view's elements in row-major order. */
  private static void gather(
      StateDictUnpickler.View view,
      int dimension,
      long offset,
      int size,
      ByteBuffer from,
      ByteBuffer to) {
    if (dimension == view.shape().length) {
      to.put(from.slice((int) offset * size, size));
      return;
    }
    for (long i = 0; i < view.shape()[dimension]; i++) {
      gather(view, dimension + 1, offset + i * view.strides()[dimension], size, from, to);
    }
  }

  private UserError error(String what) {
    return new UserError("%s: %s".formatted(file, what));
  }
}
