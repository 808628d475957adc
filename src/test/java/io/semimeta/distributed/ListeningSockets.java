package io.semimeta.distributed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What Linux says of a process's listening TCP sockets. */
public final class ListeningSockets {
  /** The state's number in the kernel's table. */
  private static final String LISTEN = "0A";

  private ListeningSockets() {}

  /**
   * Their addresses, as {@code 127.0.0.1:4711}; an IPv4 address in IPv6's form is written as IPv4.
   */
  public static List<String> of(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    Set<String> own = inodes(process);
    List<String> addresses = new ArrayList<>();
    for (String table : new String[] {"tcp", "tcp6"}) {
      List<String> rows = Files.readAllLines(process.resolve("net").resolve(table));
      for (String row : rows.subList(1, rows.size())) {
        // sl local_address rem_address st queues timer retransmits uid timeout inode
        String[] fields = row.strip().split("\\s+", 0);
        if (fields[3].equals(LISTEN) && own.contains("socket:[" + fields[9] + "]")) {
          addresses.add(address(fields[1]));
        }
      }
    }
    return addresses;
  }

  private static Set<String> inodes(Path process) throws IOException {
    Set<String> inodes = new HashSet<>();
    try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
      for (Path descriptor : descriptors.toList()) {
        try {
          inodes.add(Files.readSymbolicLink(descriptor).toString());
        } catch (NoSuchFileException closed) {
          // Meanwhile.
        }
      }
    }
    return inodes;
  }

  /** From the kernel's form: words of four bytes in the machine's order, then the port. */
  private static String address(String hex) throws UnknownHostException {
    String[] parts = hex.split(":", 2);
    ByteBuffer words = ByteBuffer.wrap(HexFormat.of().parseHex(parts[0]));
    ByteBuffer bytes = ByteBuffer.allocate(words.remaining());
    while (words.hasRemaining()) {
      bytes.order(ByteOrder.nativeOrder()).putInt(words.order(ByteOrder.BIG_ENDIAN).getInt());
    }
    return InetAddress.getByAddress(bytes.array()).getHostAddress()
        + ":"
        + Integer.parseInt(parts[1], 16);
  }
}
