package io.semimeta.files;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.semimeta.UserError;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputLeaseTest {
  private static final String LOCAL = "file";
  private static final String STORE = "store";
  private static final long RENEWAL = OutputLease.RENEWAL.toMillis();

  @TempDir private java.nio.file.Path folder;
  private final Configuration conf = StoreFileSystem.configuration();
  private final SimulatedTime time = new SimulatedTime();

  @AfterEach
  void comeBack() {
    StoreFileSystem.away = null;
  }

  private LeasedPlace place(String scheme) {
    return LeasedPlace.ofFolder("--output", new Path(scheme + ":" + folder + "/out"));
  }

  private java.nio.file.Path file() {
    return folder.resolve("out/.semimeta.lease");
  }

  /** Of a driver on a machine that this one knows nothing of. */
  private static LeaseRecord elsewhere(String host, long renewals) {
    return new LeaseRecord(
        "holder-of-" + host, renewals, "train", host, "app-" + host, "2026-01-02T03:04:05Z", 1, "");
  }

  private void write(LeaseRecord lease) throws IOException {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), lease.toJson());
  }

  private LeaseRecord read() throws IOException {
    return LeaseRecord.parse(Files.readString(file()));
  }

  private OutputLease lease(String scheme, String host, OutputLease.Sleep sleep)
      throws IOException {
    return new OutputLease(place(scheme), elsewhere(host, 0), conf, words -> {}, sleep);
  }

  private OutputLease taken(String scheme, String host) throws IOException {
    OutputLease lease = lease(scheme, host, millis -> {});
    lease.take();
    return lease;
  }

  private List<String> inFolder() throws IOException {
    try (Stream<java.nio.file.Path> files = Files.list(file().getParent())) {
      return files.map(found -> found.getFileName().toString()).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {LOCAL, STORE})
  void whatIsReleasedLeavesNothing(String scheme) throws IOException {
    OutputLease lease = taken(scheme, "a");
    assertTrue(lease.renew());
    assertTrue(lease.renew());
    assertEquals(List.of(".semimeta.lease"), inFolder());
    lease.release();
    assertEquals(List.of(), inFolder());
    taken(scheme, "b");
  }

  /** A signal may come at any time. */
  private void assertTakesNothing(String scheme, boolean isReleasedBefore) throws IOException {
    List<OutputLease> taking = new ArrayList<>();
    OutputLease lease = lease(scheme, "a", millis -> taking.forEach(OutputLease::release));
    taking.add(lease);
    if (isReleasedBefore) {
      lease.release();
    }
    assertThrows(InterruptedIOException.class, lease::take);
    assertTrue(lease.renew()); // its thread may not have ended
  }

  @ParameterizedTest
  @ValueSource(strings = {LOCAL, STORE})
  void whatIsReleasedBeforeOrWhileItIsTakenIsNotWritten(String scheme) throws IOException {
    assertTakesNothing(scheme, true);
    assertFalse(Files.exists(file()));
    write(elsewhere("b", 5));
    assertTakesNothing(scheme, false);
    assertEquals("b", read().host());
    assertEquals(List.of(".semimeta.lease"), inFolder());
  }

  @Test
  void aClaimThatIsReleasedLeavesNothing() throws IOException {
    assertTakesNothing(STORE, false);
    assertEquals(List.of(), inFolder());
  }

  /** Renews as the thread of a run does, until all others have ended. */
  private String live(OutputLease lease, AtomicInteger others) throws Exception {
    while (others.get() > 0) {
      time.sleep(RENEWAL);
      if (!lease.renew()) {
        return lease.loss().orElseThrow().getMessage();
      }
    }
    return "held";
  }

  private String contend(String scheme, String host, AtomicInteger others) throws Exception {
    OutputLease lease = lease(scheme, host, time::sleep);
    try {
      lease.take();
    } catch (UserError e) {
      return e.getMessage();
    } finally {
      others.decrementAndGet();
    }
    return live(lease, others);
  }

  @ParameterizedTest
  @ValueSource(strings = {LOCAL, STORE})
  void aRunThatLivesIsNamedToTheSecond(String scheme) throws Exception {
    OutputLease first = taken(scheme, "a");
    AtomicInteger others = new AtomicInteger(1);
    List<String> ends =
        time.run(List.of(() -> live(first, others), () -> contend(scheme, "b", others)));
    assertEquals("held", ends.get(0));
    String line = ends.get(1);
    assertTrue(line.startsWith("--output " + place(scheme).output() + ": in use by "), line);
    assertTrue(
        line.contains("train on a, application app-a, since 2026-01-02T03:04:05Z; wait"), line);
    assertEquals("a", read().host());
  }

  @ParameterizedTest
  @ValueSource(strings = {LOCAL, STORE})
  void whatNobodyRenewsIsTakenOver(String scheme) throws IOException {
    write(elsewhere("dead", 17));
    assertEquals("b", held(taken(scheme, "b")));
    Files.writeString(file(), "");
    assertEquals("c", held(taken(scheme, "c")));
    write(elsewhere("claimant", 0));
    assertEquals("d", held(taken(scheme, "d")));
    assertEquals(List.of(".semimeta.lease"), inFolder());
  }

  private String held(OutputLease lease) throws IOException {
    assertEquals(lease.holder(), read().holder());
    assertFalse(read().isClaim());
    assertTrue(lease.renew());
    return read().host();
  }

  /** Where it can be known at once, nobody waits. */
  @Test
  void aProcessThatWasKilledOnThisMachineIsNotWaitedFor() throws Exception {
    Process killed = new ProcessBuilder("true").start();
    killed.waitFor();
    LeaseRecord own = LeaseRecord.own("train", "app");
    assertFalse(own.isOfDeadProcess());
    write(new LeaseRecord("x", 9, "train", own.host(), "app", "", killed.pid(), own.pidSpace()));
    OutputLease lease = lease(LOCAL, "b", millis -> fail("waited " + millis));
    lease.take();
    assertEquals("b", held(lease));
  }

  /** Whatever the lease is at the beginning, one of three has it, and keeps it. */
  @ParameterizedTest
  @ValueSource(strings = {LOCAL, STORE})
  void ofSeveralAtOnceOneHoldsIt(String scheme) throws Exception {
    Process killed = new ProcessBuilder("true").start();
    killed.waitFor();
    String space = LeaseRecord.own("", "").pidSpace();
    List<LeaseRecord> left = new ArrayList<>();
    left.add(null);
    left.add(elsewhere("dead", 5));
    left.add(new LeaseRecord("x", 9, "train", "here", "app", "", killed.pid(), space));
    Random random = new Random(19);
    for (int round = 0; round < 90; round++) {
      LeaseRecord before = left.get(round % left.size());
      Files.deleteIfExists(file());
      if (before != null) {
        write(before);
      }
      AtomicInteger others = new AtomicInteger(3);
      List<Callable<String>> runs = new ArrayList<>();
      for (String host : List.of("a", "b", "c")) {
        long delay = random.nextInt(3) * RENEWAL / 2;
        runs.add(
            () -> {
              time.sleep(delay);
              return contend(scheme, host, others);
            });
      }
      List<String> ends = time.run(runs);
      String what = "round " + round + ", from " + before + ": " + ends;
      assertEquals(1, ends.stream().filter("held"::equals).count(), what);
      String holder = List.of("a", "b", "c").get(ends.indexOf("held"));
      assertEquals(holder, read().host(), what);
      String named = ": in use by train on " + holder + ",";
      assertEquals(2, ends.stream().filter(end -> end.contains(named)).count(), what);
    }
  }

  /** As by one whose look at an empty output and whose writing are far apart. */
  @Test
  void aClaimGivesWayToTheEarlierHolder() throws IOException {
    OutputLease first = taken(STORE, "a");
    OutputLease late =
        lease(STORE, "b", millis -> assertTrue(first.renew(), "while the claim waits"));
    Files.delete(file());
    UserError refused = assertThrows(UserError.class, late::take);
    assertTrue(refused.getMessage().contains("in use by train on a,"), refused.getMessage());
    assertEquals("a", held(first));
  }

  /** It stood still for as long as the other one watched, and went on in the last moment. */
  @ParameterizedTest
  @ValueSource(strings = {LOCAL, STORE})
  void aHolderThatWakesUpBeforeTheOtherBeginsKeepsIt(String scheme) throws Exception {
    OutputLease first = taken(scheme, "a");
    AtomicInteger others = new AtomicInteger(1);
    List<String> ends =
        time.run(
            List.of(
                () -> {
                  time.sleep(4 * RENEWAL + RENEWAL / 2);
                  return live(first, others);
                },
                () -> contend(scheme, "b", others)));
    assertEquals("held", ends.get(0));
    assertTrue(ends.get(1).contains("in use by train on a,"), ends.get(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {LOCAL, STORE})
  void aHolderThatWasTakenOverStopsAndSpoilsNothing(String scheme) throws IOException {
    OutputLease first = taken(scheme, "a");
    OutputLease second = taken(scheme, "b");
    assertThrows(UserError.class, first::requireHeld);
    assertFalse(first.renew());
    assertFalse(first.renew());
    String line = first.loss().orElseThrow().getMessage();
    assertTrue(line.contains("/out: taken over by train on b, application app-b,"), line);
    first.release();
    assertEquals("b", held(second));
    second.requireHeld();
  }

  /** A store that answers 503, or a disk that is full. */
  @Test
  void whatFailsForAWhileEndsNothing() throws IOException {
    OutputLease lease = taken(STORE, "a");
    long before = read().renewals();
    StoreFileSystem.away = "503 Slow Down";
    for (int i = 0; i < 10; i++) {
      assertTrue(lease.renew());
    }
    lease.requireHeld();
    assertEquals(before, read().renewals());
    StoreFileSystem.away = null;
    assertTrue(lease.renew());
    assertEquals(before + 1, read().renewals());
  }

  @ParameterizedTest
  @ValueSource(strings = {LOCAL, STORE})
  void whatSomebodyRemovesIsMadeAgain(String scheme) throws IOException {
    OutputLease lease = taken(scheme, "a");
    Files.delete(file());
    lease.requireHeld();
    assertTrue(lease.renew());
    assertEquals("a", held(lease));
  }

  /** A claim may fail, and then the output is still the holder's; or not. */
  @Test
  void aWriterWaitsForWhatBecomesOfAClaim() throws IOException {
    OutputLease first = taken(STORE, "a");
    write(elsewhere("b", 0));
    OutputLease.requireHeld(
        place(STORE), first.holder(), conf, millis -> assertTrue(first.renew()));
    write(elsewhere("b", 0));
    UserError lost =
        assertThrows(
            UserError.class,
            () ->
                OutputLease.requireHeld(
                    place(STORE),
                    first.holder(),
                    conf,
                    millis -> {
                      try {
                        write(elsewhere("b", 1));
                      } catch (IOException e) {
                        fail(e);
                      }
                    }));
    assertTrue(lost.getMessage().contains("taken over by train on b,"), lost.getMessage());
  }

  @Test
  void namesAreShownWithoutControlCharacters() {
    LeaseRecord lease = elsewhere("h\u001b[2J\n\u202e", 1);
    assertEquals(lease, LeaseRecord.parse(lease.toJson()));
    assertTrue(
        lease.description().startsWith("train on h\\u001b[2J\\n\\u202e, "), lease.description());
    assertEquals("a run that has not told its name", LeaseRecord.parse("[1]").description());
  }

  /** Rather than one that is in use. */
  @Test
  void anOutputThatCannotBeMadeIsAnError() throws IOException {
    Files.writeString(folder.resolve("out"), "a file");
    assertThrows(IOException.class, () -> taken(LOCAL, "a"));
    Files.delete(folder.resolve("out"));
    StoreFileSystem.away = "full";
    assertThrows(IOException.class, () -> taken(STORE, "a"));
  }

  @Test
  void theLeaseOfAFileLiesHiddenBesideIt() {
    LeasedPlace place = LeasedPlace.ofFile("--predictions", new Path("/a/b.csv"));
    assertEquals(new Path("/a/.b.csv.semimeta.lease"), place.file());
  }

  /**
   * Whatever a disk or a hand has made of the file: it is some lease, to be watched like others.
   */
  @Test
  void aDamagedLeaseIsStillOne() throws IOException {
    String sound = elsewhere("far", 3).toJson();
    for (int at = 0; at < sound.length(); at++) {
      List<String> damaged = new ArrayList<>(List.of(sound.substring(0, at)));
      for (char put : "\0\"{}[]:,0-9eE.x\\\u00e4\n".toCharArray()) {
        damaged.add(sound.substring(0, at) + put + sound.substring(at + 1));
      }
      for (String one : damaged) {
        LeaseRecord read = assertDoesNotThrow(() -> LeaseRecord.parse(one), one);
        assertFalse(read.description().isEmpty(), one);
        assertDoesNotThrow(read::isOfDeadProcess, one);
      }
    }
  }
}
