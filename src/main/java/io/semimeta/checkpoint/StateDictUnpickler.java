package io.semimeta.checkpoint;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.Unpickler;

/**
 * Reads the pickle in a file of {@code torch.save(module.state_dict(), …)}, and nothing else: it
 * knows tensors, their storages, numbers and dictionaries with strings for keys. A pickle is a
 * program for a small machine; here each instruction is on a list, and the only functions that it
 * may name are those that make what is listed, by code of this class.
 *
 * @see <a href="https://docs.python.org/3/library/pickletools.html">The instructions</a>
 */
final class StateDictUnpickler extends Unpickler {
  /** These have the library's own meaning, which is bounded by the pickle's length. */
  private static final Set<Short> PLAIN =
      Set.of(
          Opcodes.PROTO,
          Opcodes.FRAME,
          Opcodes.STOP,
          Opcodes.MARK,
          Opcodes.NONE,
          Opcodes.NEWTRUE,
          Opcodes.NEWFALSE,
          Opcodes.BININT,
          Opcodes.BININT1,
          Opcodes.BININT2,
          Opcodes.LONG1,
          Opcodes.BINFLOAT,
          Opcodes.SHORT_BINUNICODE,
          Opcodes.EMPTY_TUPLE,
          Opcodes.TUPLE,
          Opcodes.TUPLE1,
          Opcodes.TUPLE2,
          Opcodes.TUPLE3,
          Opcodes.BINPUT,
          Opcodes.LONG_BINPUT,
          Opcodes.MEMOIZE,
          Opcodes.BINGET,
          Opcodes.LONG_BINGET);

  private static final String STORAGE = "Storage";

  /** Bounds a tensor's dimensions, as PyTorch does. */
  private static final int MOST_DIMENSIONS = 64;

  /** Maps storages' types to the words of safetensors. */
  private static final Map<String, String> DTYPES =
      Map.of(
          "Float", "F32",
          "Double", "F64",
          "Half", "F16",
          "BFloat16", "BF16",
          "Long", "I64",
          "Int", "I32",
          "Short", "I16",
          "Char", "I8",
          "Byte", "U8",
          "Bool", "BOOL");

  /**
   * Names the bytes that tensors are views of.
   *
   * @param dtype element type as safetensors names it
   * @param key name of the archive's entry under {@code data/}
   */
  record Storage(String dtype, String key) {}

  /**
   * Describes a tensor.
   *
   * @param offset first element in the storage
   * @param shape sizes of the dimensions
   * @param strides distances in elements of the storage, of each dimension
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record View(Storage storage, long offset, long[] shape, long[] strides) {}

  /** Stands for what a pickle may name. */
  private record Global(String module, String name) {}

  /**
   * Reads a whole pickle.
   *
   * @return what the keys stand for: a {@link View} each, in a sound file
   * @throws PickleException where the pickle is damaged or holds anything else
   */
  static Map<String, Object> read(byte[] pickle) {
    try {
      Object read = new StateDictUnpickler().load(new ByteArrayInputStream(pickle));
      return dictionary(read);
    } catch (PickleException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // the library's words for a damaged pickle
      throw new PickleException("it is damaged", e);
    }
  }

  @Override
  protected Object dispatch(short instruction) throws IOException {
    if (instruction == Opcodes.GLOBAL) {
      stack.add(global(line(), line()));
    } else if (instruction == Opcodes.STACK_GLOBAL) {
      String name = string(stack.pop());
      stack.add(global(string(stack.pop()), name));
    } else if (instruction == Opcodes.REDUCE) {
      Object[] arguments = tuple(stack.pop());
      stack.add(made(stack.pop(), arguments));
    } else if (instruction == Opcodes.BUILD) {
      dictionary(stack.pop()); // the versions of modules
      dictionary(stack.peek());
    } else if (instruction == Opcodes.BINPERSID) {
      stack.add(storage(tuple(stack.pop())));
    } else if (instruction == Opcodes.EMPTY_DICT) {
      stack.add(new LinkedHashMap<String, Object>());
    } else if (instruction == Opcodes.SETITEM) {
      Object value = stack.pop();
      String key = string(stack.pop());
      dictionary(stack.peek()).put(key, value);
    } else if (instruction == Opcodes.SETITEMS) {
      setItems();
    } else if (instruction == Opcodes.BINUNICODE) {
      requireThere();
      return super.dispatch(instruction);
    } else if (PLAIN.contains(instruction)) {
      return super.dispatch(instruction);
    } else {
      throw new PickleException(
          "it holds more than tensors (pickle's instruction 0x%s)"
              .formatted(Integer.toHexString(instruction)));
    }
    return NO_RETURN_VALUE;
  }

  private void setItems() {
    List<Object> items = stack.pop_all_since_marker();
    Map<String, Object> into = dictionary(stack.peek());
    for (int i = 0; i + 1 < items.size(); i += 2) {
      into.put(string(items.get(i)), items.get(i + 1));
    }
  }

  /** Requires as many bytes as the text at hand claims, before memory is taken for them. */
  private void requireThere() throws IOException {
    input.mark(Integer.BYTES);
    byte[] length = input.readNBytes(Integer.BYTES);
    long claimed =
        length.length < Integer.BYTES
            ? Long.MAX_VALUE
            : Integer.toUnsignedLong(
                ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getInt());
    if (claimed > input.available()) {
      throw new PickleException("it is cut short");
    }
    input.reset();
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    int next;
    while ((next = input.read()) != '\n') {
      if (next < 0) {
        throw new PickleException("it is cut short");
      }
      line.append((char) next);
    }
    return line.toString();
  }

  private static Global global(String module, String name) {
    boolean known =
        switch (module) {
          case "collections" -> name.equals("OrderedDict");
          case "torch" ->
              name.endsWith(STORAGE)
                  && DTYPES.containsKey(name.substring(0, name.length() - STORAGE.length()));
          case "torch._utils" ->
              name.equals("_rebuild_tensor_v2") || name.equals("_rebuild_parameter");
          default -> false;
        };
    if (!known) {
      throw new PickleException("it holds more than tensors (%s.%s)".formatted(module, name));
    }
    return new Global(module, name);
  }

  /** Does what the functions do in Python that a pickle of tensors calls. */
  private static Object made(Object function, Object[] arguments) {
    String name = function instanceof Global global ? global.name() : "";
    if (name.equals("OrderedDict") && arguments.length == 0) {
      return new LinkedHashMap<String, Object>();
    } else if (name.equals("_rebuild_parameter") && arguments.length == 3) {
      return arguments[0];
    } else if (name.equals("_rebuild_tensor_v2")
        && arguments.length >= 6
        && arguments[0] instanceof Storage storage) {
      return new View(storage, number(arguments[1]), numbers(arguments[2]), numbers(arguments[3]));
    }
    throw unexpected();
  }

  private static Storage storage(Object[] id) {
    if (id.length < 5 || !"storage".equals(id[0]) || !(id[1] instanceof Global type)) {
      throw unexpected();
    }
    int end = type.name().length() - STORAGE.length();
    String dtype = end < 0 ? null : DTYPES.get(type.name().substring(0, end));
    if (dtype == null) {
      throw unexpected();
    }
    return new Storage(dtype, string(id[2]));
  }

  private static String string(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw unexpected();
  }

  private static long number(Object value) {
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    throw unexpected();
  }

  private static long[] numbers(Object value) {
    if (tuple(value).length > MOST_DIMENSIONS) { // many tensors may share one long tuple
      throw unexpected();
    }
    return Arrays.stream(tuple(value)).mapToLong(StateDictUnpickler::number).toArray();
  }

  private static Object[] tuple(Object value) {
    if (value instanceof Object[] tuple) {
      return tuple;
    }
    throw unexpected();
  }

  @SuppressWarnings("unchecked") // they are made here alone, with strings for keys
  private static Map<String, Object> dictionary(Object value) {
    if (value instanceof LinkedHashMap) {
      return (Map<String, Object>) value;
    }
    throw unexpected();
  }

  private static PickleException unexpected() {
    return new PickleException("it holds something else than a dictionary of tensors");
  }
}
