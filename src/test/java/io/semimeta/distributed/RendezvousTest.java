package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import org.junit.jupiter.api.Test;

class RendezvousTest {
  private static final String LOOPBACK = "127.0.0.1";

  private static int port(ServerSocketChannel socket) {
    return socket.socket().getLocalPort();
  }

  /** The second run of a host, or a second attempt while the first one's JVM lives. */
  @Test
  void aPortThatIsTakenLeadsToTheNext() throws IOException {
    try (ServerSocketChannel first = Rendezvous.bound(LOOPBACK, 23_400, 30);
        ServerSocketChannel second = Rendezvous.bound(LOOPBACK, port(first), 30)) {
      assertTrue(port(first) >= 23_400 && port(first) <= 23_430, "" + port(first));
      assertTrue(port(second) > port(first), port(second) + " after " + port(first));
    }
  }

  @Test
  void noFreePortIsTheUsersToMend() throws IOException {
    try (ServerSocketChannel first = Rendezvous.bound(LOOPBACK, 0, 0)) {
      UserError error =
          assertThrows(UserError.class, () -> Rendezvous.bound(LOOPBACK, port(first), 0));
      String start = "spark.semimeta.store.port=" + port(first) + ": rank 0 cannot listen on 127";
      assertEquals(start, error.getMessage().substring(0, start.length()));
    }
  }
}
