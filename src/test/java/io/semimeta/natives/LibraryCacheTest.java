package io.semimeta.natives;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With small files for libraries. */
class LibraryCacheTest {
  /** Little: locks that this JVM holds already are never free. */
  private static final Duration PATIENCE = Duration.ofMillis(50);

  private static final String PLATFORM = "linux-x86_64";
  private static final String TORCH = "org/bytedeco/pytorch/" + PLATFORM;
  private static final String BLAS = "org/bytedeco/openblas/" + PLATFORM + "/libopenblas.so.0";

  @TempDir Path folder;
  private Path place;
  private final Map<String, String> entries = new LinkedHashMap<>();

  @BeforeEach
  void fill() throws IOException {
    place = Files.createDirectory(folder.resolve("place"));
    entries.put("org/bytedeco/", null);
    entries.put(TORCH + "/libtorch.so", "torch");
    entries.put(TORCH + "/jnijavacpp.cpp", "no library");
    entries.put(BLAS, "blas");
  }

  private Path jar(String name) throws IOException {
    Path jar = folder.resolve(name);
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        if (entry.getValue() != null) {
          out.write(entry.getValue().getBytes(UTF_8));
        }
      }
    }
    return jar;
  }

  private static BundledLibraries bundled(Path... jars) throws IOException {
    URL[] urls = new URL[jars.length];
    for (int i = 0; i < jars.length; i++) {
      urls[i] = jars[i].toUri().toURL();
    }
    try (URLClassLoader loader = new URLClassLoader(urls, null)) {
      return BundledLibraries.on(loader, PLATFORM);
    }
  }

  private Path obtain(Path... jars) throws IOException {
    return new LibraryCache(place, bundled(jars), PATIENCE).obtain();
  }

  @Test
  void theFolderHoldsTheLibrariesAndTheLinksThatJavaCppWants() throws IOException {
    Path libraries = obtain(jar("a.jar"));
    assertEquals("torch", Files.readString(libraries.resolve("libtorch.so")));
    for (String name :
        List.of(
            "libopenblas.so.0",
            "libopenblas.so",
            "libopenblas_nolapack.so.0",
            "libopenblas_nolapack.so")) {
      assertEquals("blas", Files.readString(libraries.resolve(name)), name);
    }
    assertEquals(5, entries(libraries));
  }

  @Test
  void aRebuiltJarWithOtherLibrariesGetsAnotherFolder() throws IOException {
    Path before = obtain(jar("a.jar"));
    entries.put("io/semimeta/Some.class", "code");
    assertEquals(before, obtain(jar("a.jar")), "the libraries are the same");
    entries.put(TORCH + "/libtorch.so", "TORCH"); // of the same length
    assertNotEquals(before, obtain(jar("a.jar")));
    assertEquals("torch", Files.readString(before.resolve("libtorch.so")));
  }

  @Test
  void theFirstJarCountsAndTheLibraryForGpusBeforeAnyOther() throws IOException {
    Path first = jar("first.jar");
    entries.put(TORCH + "/libtorch.so", "another");
    entries.put(TORCH + "-gpu/libtorch_cuda.so", "cuda");
    Path second = jar("second.jar");
    Path libraries = obtain(first, second);
    assertEquals("torch", Files.readString(libraries.resolve("libtorch.so")));
    assertEquals("cuda", Files.readString(libraries.resolve("libtorch_cuda.so")));
    entries.put(TORCH + "-gpu/libtorch.so", "torch for gpus");
    assertEquals(
        "torch for gpus", Files.readString(obtain(first, jar("third.jar")).resolve("libtorch.so")));
  }

  @Test
  void aFolderThatLacksAFileIsUnpackedAgain() throws IOException {
    Path jar = jar("a.jar");
    Path libraries = obtain(jar);
    Files.writeString(libraries.resolve("libtorch.so"), "tor");
    assertEquals(libraries, obtain(jar));
    assertEquals("torch", Files.readString(libraries.resolve("libtorch.so")));
    Files.delete(libraries.resolve("libopenblas.so.0"));
    obtain(jar);
    assertEquals("blas", Files.readString(libraries.resolve("libopenblas.so.0")));
    assertEquals(2, entries(place), "the folder and its lock");
  }

  @Test
  void aDamagedJarLeavesNothing() throws IOException {
    Path jar = jar("a.jar");
    BundledLibraries libraries = bundled(jar);
    entries.put(TORCH + "/libtorch.so", "TORCH");
    Files.move(jar("b.jar"), jar, StandardCopyOption.REPLACE_EXISTING);
    IOException e =
        assertThrows(
            IOException.class, () -> new LibraryCache(place, libraries, PATIENCE).obtain());
    assertTrue(e.getMessage().endsWith("libtorch.so is damaged"), e.getMessage());
    assertEquals(1, entries(place), "the lock");
  }

  /** What is there already is used, and what is not is unpacked, if twice. */
  @Test
  void withoutALockTheWorkIsDoneAllTheSame() throws IOException {
    Path jar = jar("a.jar");
    Path lock = place.resolve(bundled(jar).key() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock other = channel.lock()) {
      assertTrue(other.isValid());
      assertArrayEquals(
          "torch".getBytes(UTF_8), Files.readAllBytes(obtain(jar).resolve("libtorch.so")));
      obtain(jar);
    }
  }

  @Test
  void whatNobodyHasUsedForLongGoesWhenSomethingNewComes() throws IOException {
    Path unused = obtain(jar("a.jar"));
    age(unused.resolveSibling(unused.getFileName() + ".lock"), 31);
    age(Files.createDirectory(place.resolve("0123.own-1")), 2);
    Files.createDirectory(place.resolve("0123.own-2"));
    entries.put(TORCH + "/libtorch.so", "newer");
    // This JVM shares the lock of the one that it has just used.
    Path used = obtain(jar("b.jar"));
    assertTrue(Files.exists(unused));
    assertFalse(Files.exists(place.resolve("0123.own-1")));
    assertTrue(Files.exists(place.resolve("0123.own-2")));

    Path stranger = Files.createDirectory(place.resolve("89ab"));
    Files.writeString(stranger.resolve("libold.so"), "old");
    age(Files.createFile(place.resolve("89ab.lock")), 31);
    Path recent = Files.createDirectory(place.resolve("cdef"));
    age(Files.createFile(place.resolve("cdef.lock")), 29);
    entries.put(TORCH + "/libtorch.so", "newest");
    obtain(jar("c.jar"));
    assertFalse(Files.exists(stranger));
    assertTrue(Files.exists(recent));
    assertTrue(Files.exists(used));
  }

  private static int entries(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return (int) files.count();
    }
  }

  private static void age(Path file, int days) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(days))));
  }
}
