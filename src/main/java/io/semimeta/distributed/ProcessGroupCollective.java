package io.semimeta.distributed;

import io.semimeta.algorithm.Collective;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.AllreduceOptions;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;

/**
 * Joins ranks in a c10d process group: it uses Gloo for tensors on the CPU and for control, and
 * NCCL for tensors on GPUs.
 *
 * @param data the group for tensors on the training device
 * @param control the group for tensors on the CPU; the same as {@code data} without GPUs
 * @param handles the groups' native objects
 * @param timeout the longest time of each call
 * @param cancelled tells whether to give up a wait
 */
record ProcessGroupCollective(
    int rank,
    int size,
    Backend data,
    Backend control,
    NativeHandles handles,
    Duration timeout,
    BooleanSupplier cancelled)
    implements Collective {
  /** A wait checks this often whether Spark has cancelled the task. */
  private static final long SLICE_MILLIS = 1000;

  /** So long a call on a GPU may be complete before the host sees it. */
  private static final long LOOK_NANOS = 50_000;

  @Override
  public void allReduceMean(Tensor tensor) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      sum(data, tensor);
      tensor.div_(new Scalar((double) size));
    }
  }

  @Override
  public void broadcast(Tensor tensor, int root) {
    try (PointerScope scope = new PointerScope()) {
      BroadcastOptions options =
          new BroadcastOptions().rootRank(root).timeout(new Milliseconds(timeout.toMillis()));
      await(data, data.broadcast(new TensorVector(tensor), options));
    }
  }

  /**
   * Sums rows of which each rank fills its own, which is exact for integers and needs nothing but
   * an all-reduce.
   */
  @Override
  public List<long[]> allGather(long... numbers) {
    try (PointerScope scope = new PointerScope()) {
      long[] rows = new long[size * numbers.length];
      System.arraycopy(numbers, 0, rows, rank * numbers.length, numbers.length);
      Tensor table = Tensor.create(rows, rows.length);
      sum(control, table);
      new LongPointer(table.data_ptr()).get(rows);
      List<long[]> byRank = new ArrayList<>();
      for (int r = 0; r < size; r++) {
        byRank.add(Arrays.copyOfRange(rows, r * numbers.length, (r + 1) * numbers.length));
      }
      return byRank;
    }
  }

  private void sum(Backend group, Tensor tensor) {
    AllreduceOptions options = new AllreduceOptions().timeout(new Milliseconds(timeout.toMillis()));
    await(group, group.allreduce(new TensorVector(tensor), options));
  }

  @SuppressWarnings("ReferenceEquality") // one group serves both where there are no GPUs
  private void await(Backend group, Work work) {
    if (group == control) {
      await(work);
    } else {
      awaitNccl(work);
    }
  }

  /**
   * Waits in slices, because a native wait does not hear that Spark cancels the task. A call may
   * complete between a slice's end and a check of it, so what a wait throws counts as the call's
   * own failure only if the call was complete before that wait began.
   */
  void await(Work work) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      boolean completed = work.isCompleted();
      try {
        work._wait(new Milliseconds(SLICE_MILLIS));
        return;
      } catch (RuntimeException e) {
        boolean late = System.nanoTime() > deadline && !work.isCompleted();
        if (completed || late) { // a peer is gone or silent
          throw new LostRankException(rank, e);
        }
        giveUpIfCancelled();
      }
    }
  }

  /**
   * Waits for a call on the GPU. NCCL takes a wait that ends too early for the end of the group, so
   * the host looks whether the call is complete instead.
   */
  void awaitNccl(Work work) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!work.isCompleted()) {
      if (System.nanoTime() > deadline) {
        String silence = "no answer within %s s".formatted(timeout.toSeconds());
        throw new LostRankException(rank, new TimeoutException(silence));
      }
      giveUpIfCancelled();
      LockSupport.parkNanos(LOOK_NANOS);
    }
    try {
      work._wait();
    } catch (RuntimeException e) {
      throw new LostRankException(rank, e);
    }
  }

  private void giveUpIfCancelled() {
    if (cancelled.getAsBoolean()) {
      throw new LostRankException(rank, new InterruptedException("Spark cancelled the task"));
    }
  }

  /**
   * Closes a group whose ranks are all done: closing one that has lost a rank can block until that
   * rank's end.
   */
  @Override
  public void close() {
    handles.close();
  }
}
