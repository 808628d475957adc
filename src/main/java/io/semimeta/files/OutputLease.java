package io.semimeta.files;

import io.semimeta.UserError;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Represents one run's sole right to write to an output: a small file there, which the run renews
 * while it lives. A run that finds such a file watches it. If it is renewed, its run lives;
 * otherwise the run is dead, and the lease is taken over. Thus no clock of another machine matters.
 *
 * <p>A file system with an atomic create decides which of two runs that begin at once is the first.
 * On any other, and where a lease is taken over, a run writes a claim, waits, and reads it back: a
 * holder that lives has meanwhile overwritten the claim by renewing its lease, and the last of
 * several claims has replaced the others.
 */
public final class OutputLease {
  private static final Logger LOG = LogManager.getLogger(OutputLease.class);

  /** Sets the time between two renewals. */
  public static final Duration RENEWAL = Duration.ofSeconds(3);

  /** Sets how many times in a row a lease must be found unchanged before its run counts as dead. */
  private static final int PATIENCE = 4;

  /** Sets for how many renewals a claim waits: long enough for each holder that lives to see it. */
  private static final int CLAIM = 2;

  /** Lets time pass. */
  @FunctionalInterface
  interface Sleep {
    void sleep(long millis) throws InterruptedException;
  }

  private final LeasedPlace place;
  private final LeaseFile file;
  private final Configuration conf;
  private final Consumer<String> saying;
  private final Sleep sleep;
  private LeaseRecord own;
  private boolean failing;
  private boolean released;
  private volatile boolean taken;
  private volatile UserError loss;

  OutputLease(
      LeasedPlace place, LeaseRecord own, Configuration conf, Consumer<String> saying, Sleep sleep)
      throws IOException {
    this.place = place;
    this.own = own;
    this.conf = conf;
    this.file = new LeaseFile(place.file(), own.holder(), conf);
    this.saying = saying;
    this.sleep = sleep;
  }

  /**
   * Takes the lease of an output, if necessary after watching one that a dead run left.
   *
   * @param command name of the command, for people
   * @param application Spark's id of the application, for people
   * @param saying receives lines that say why it takes a while
   * @param begun hears of the lease before its file is written
   * @throws UserError where a run that lives holds it
   */
  public static OutputLease take(
      LeasedPlace place,
      String command,
      String application,
      Configuration conf,
      Consumer<String> saying,
      Consumer<OutputLease> begun)
      throws IOException {
    LeaseRecord own = LeaseRecord.own(command, application);
    OutputLease lease = new OutputLease(place, own, conf, saying, Thread::sleep);
    begun.accept(lease);
    try {
      lease.take();
      return lease;
    } catch (IOException | RuntimeException e) {
      lease.release(); // a claim may have been written already
      throw e;
    }
  }

  void take() throws IOException {
    while (!taken) {
      Optional<String> found = file.read();
      if (found.isEmpty() && file.hasAtomicCreate()) {
        taken = write(own.renewed(), file::create);
      } else if (found.isEmpty()) {
        saying.accept("making sure that no other run writes to " + place.output());
        taken = claim();
      } else {
        taken = takeOver(found.get());
      }
    }
  }

  /** Writes the file in one of its ways, and tells whether that succeeded. */
  @FunctionalInterface
  private interface Write {
    boolean to(String content) throws IOException;
  }

  /** Writes, unless a signal has meanwhile given this lease back: then nobody would remove it. */
  private synchronized boolean write(LeaseRecord next, Write write) throws IOException {
    if (released) {
      throw new InterruptedIOException(place.file() + " was given back while it was taken");
    }
    boolean written = write.to(next.toJson());
    if (written) {
      own = next;
    }
    return written;
  }

  private boolean replace(String content) throws IOException {
    file.replace(content);
    return true;
  }

  private boolean takeOver(String found) throws IOException {
    LeaseRecord holder = LeaseRecord.parse(found);
    boolean ended = holder.isOfDeadProcess();
    if (!ended || !write(own.renewed(), content -> file.exchange(found, content))) {
      if (!(ended || isSilent(found, PATIENCE)) || !claim()) {
        return false;
      }
      LOG.warn("{} was left by a dead run: {}", place.file(), holder.description());
    }
    file.deleteTemporaryOf(holder.holder());
    return true;
  }

  /**
   * Watches a lease.
   *
   * @return whether it stayed as it was; false where it is gone, or another run's claim by now
   * @throws UserError where it was renewed
   */
  private boolean isSilent(String found, int renewals) throws IOException {
    saying.accept(
        "%s: waiting to see whether it still lives (%s)"
            .formatted(LeaseRecord.parse(found).description(), place.output()));
    int failures = 0;
    for (int seen = 0; seen < renewals; ) {
      pause(sleep, 1);
      try {
        Optional<String> now = file.read();
        LeaseRecord holder = LeaseRecord.parse(now.orElse(""));
        if (!now.equals(Optional.of(found))) {
          if (holder.isClaim()) {
            return false;
          }
          throw new UserError(
              "%s %s: in use by %s; wait for its end, or choose another"
                  .formatted(place.option(), place.output(), holder.description()));
        }
        seen++;
      } catch (IOException e) {
        if (++failures == PATIENCE) {
          throw e;
        }
      }
    }
    return true;
  }

  /** Writes a claim, waits, and renews it unless somebody has replaced it. */
  private boolean claim() throws IOException {
    write(own, this::replace);
    pause(sleep, CLAIM);
    return file.read().equals(Optional.of(own.toJson())) && write(own.renewed(), this::replace);
  }

  /**
   * Renews the lease, once it is taken; one thread calls it every {@link #RENEWAL}. A failure that
   * may pass, such as a full disk, does not end the lease; only another run's lease in its place
   * does.
   *
   * @return whether the lease is not another run's
   */
  public boolean renew() {
    if (!taken) {
      return true;
    }
    try {
      Optional<LeaseRecord> found = file.read().map(LeaseRecord::parse);
      if (found.filter(now -> !now.isOf(own) && !now.isClaim()).isPresent()) {
        loss = lost(place, found.get());
      } else if (loss == null) {
        boolean isThere = found.isPresent() || !file.hasAtomicCreate();
        // where another run creates it first, the next renewal sees whose it is now
        write(own.renewed(), isThere ? this::replace : file::create);
      }
      failing = false;
    } catch (IOException | RuntimeException | FSError e) {
      if (!failing) {
        LOG.warn("{} cannot be renewed now: {}", place.file(), e.toString());
      }
      failing = true;
    }
    return loss == null;
  }

  /** Gives the lease back, unless another run holds it; any thread may do so at any time. */
  public synchronized void release() {
    released = true;
    try {
      if (file.read().map(LeaseRecord::parse).filter(found -> found.isOf(own)).isPresent()) {
        file.delete();
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} cannot be removed: {}", place.file(), e.toString());
    }
  }

  /** Returns the holder's id, by which executors, and later checks, know whose lease it is. */
  public String holder() {
    return own.holder();
  }

  /** Returns why nothing may be written any more, if another run has taken over. */
  public Optional<UserError> loss() {
    return Optional.ofNullable(loss);
  }

  /** Checks this lease as {@link #requireHeld(LeasedPlace, String, Configuration)} does. */
  public void requireHeld() {
    requireHeld(place, holder(), conf, sleep);
  }

  /**
   * Checks, before something is written, that the output is still this run's. It waits for another
   * run's claim, which may fail; a lease that is gone or cannot be read counts as nobody else's.
   *
   * @param holder the holder's id, as {@link #holder()} gives it
   * @throws UserError where another run has taken it over
   */
  public static void requireHeld(LeasedPlace place, String holder, Configuration conf) {
    requireHeld(place, holder, conf, Thread::sleep);
  }

  static void requireHeld(LeasedPlace place, String holder, Configuration conf, Sleep sleep) {
    try {
      LeaseFile file = new LeaseFile(place.file(), holder, conf);
      for (int i = 0; i <= PATIENCE; i++) {
        Optional<LeaseRecord> found = file.read().map(LeaseRecord::parse);
        if (found.filter(now -> !now.holder().equals(holder)).isEmpty()) {
          return;
        }
        if (!found.get().isClaim()) {
          throw lost(place, found.get());
        }
        pause(sleep, 1);
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be read now: {}", place.file(), e.toString());
    }
  }

  /**
   * Refuses an output that a living run holds, by a short look at it, and takes nothing. A run that
   * it misses is found by {@link #take}.
   *
   * @throws UserError that names the run
   */
  public static void refuseLive(LeasedPlace place, Configuration conf) {
    Consumer<String> saying = line -> System.err.println("semimeta: " + line);
    try {
      OutputLease look = new OutputLease(place, LeaseRecord.parse(""), conf, saying, Thread::sleep);
      Optional<String> found = look.file.read();
      if (found.isPresent() && !LeaseRecord.parse(found.get()).isOfDeadProcess()) {
        look.isSilent(found.get(), CLAIM);
      }
    } catch (IOException e) {
      LOG.debug("{} cannot be read: {}", place.file(), e.toString());
    }
  }

  private static UserError lost(LeasedPlace place, LeaseRecord now) {
    return new UserError(
        ("%s %s: taken over by %s, for this run gave no sign of life for %s s; it writes no"
                + " more")
            .formatted(
                place.option(),
                place.output(),
                now.description(),
                RENEWAL.multipliedBy(PATIENCE).toSeconds()));
  }

  private static void pause(Sleep sleep, int renewals) throws InterruptedIOException {
    try {
      sleep.sleep(RENEWAL.multipliedBy(renewals).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while watching a lease");
    }
  }
}
