package io.semimeta.distributed;

/** Reports a collective call that failed because another rank is gone or silent. */
final class LostRankException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LostRankException(int rank, Throwable cause) {
    super("rank %s lost another rank: %s".formatted(rank, firstLine(cause)), cause);
  }

  private static String firstLine(Throwable cause) {
    return String.valueOf(cause.getMessage()).strip().lines().findFirst().orElse("no reason given");
  }
}
