package io.semimeta.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A tar archive that must have its end: one that was cut between two files is no shorter one. */
final class WholeTarInputStream extends TarArchiveInputStream {
  WholeTarInputStream(InputStream in) {
    super(in);
  }

  @Override
  protected byte[] readRecord() throws IOException {
    byte[] record = super.readRecord();
    if (record == null) {
      throw new EOFException("truncated archive");
    }
    return record;
  }
}
