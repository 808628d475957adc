package io.semimeta.natives;

import io.semimeta.DaemonThreads;
import io.semimeta.HostError;
import io.semimeta.UserError;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch_gloo;
import org.bytedeco.pytorch.global.torch_nccl;

/**
 * Loads native code. Whatever calls libtorch or OpenCV, in whatever JVM, comes through here first.
 * JavaCPP, left to itself, unpacks each library when a class first needs it, where another process
 * may map it half written; and where a thread is interrupted just then, the class is lost to the
 * JVM for good. Therefore the libraries are unpacked whole here ({@link LibraryCache}), and loaded
 * in a thread that nobody interrupts.
 */
public final class Natives {
  private static final Logger LOG = LogManager.getLogger(Natives.class);
  private static final String JAVACPP = "org.bytedeco.javacpp.";

  /** Remembers what is loaded, or why it could not be, as long as the JVM lives. */
  private static final Map<Library, CompletableFuture<Void>> LOADED = new ConcurrentHashMap<>();

  private static Path folder;

  private enum Library {
    LIBTORCH("libtorch", "Linux on x86-64 with glibc 2.28 or newer"),
    NCCL("NCCL", "a build with -Pgpu, and CUDA with CUPTI, cuDNN and NCCL on the machine"),
    OPENCV("OpenCV", "Linux on x86-64 with glibc 2.28 or newer");

    private final String title;
    private final String need;

    Library(String title, String need) {
      this.title = title;
      this.need = need;
    }

    private List<Class<?>> bindings() {
      return switch (this) {
        case LIBTORCH -> List.of(torch.class, torch_gloo.class);
        case NCCL -> List.of(torch_nccl.class);
        case OPENCV -> List.of(opencv_core.class, opencv_imgproc.class, opencv_imgcodecs.class);
      };
    }
  }

  private Natives() {}

  /**
   * Loads libtorch, unless it is loaded already. An interrupt does not end the call, and stays set.
   *
   * @throws HostError that gives the reason and the remedy, the same each time
   */
  public static void loadLibtorch() {
    load(Library.LIBTORCH);
  }

  /**
   * Loads libtorch's bindings of NCCL, unless they are loaded already. An interrupt does not end
   * the call, and stays set.
   *
   * @throws HostError that gives the reason and the remedy, the same each time
   */
  public static void loadNccl() {
    load(Library.NCCL);
  }

  /**
   * Loads OpenCV, unless it is loaded already. An interrupt does not end the call, and stays set.
   *
   * @throws HostError that gives the reason and the remedy, the same each time
   */
  public static void loadOpenCv() {
    load(Library.OPENCV);
  }

  private static void load(Library library) {
    CompletableFuture<Void> loaded =
        LOADED.computeIfAbsent(
            library,
            key -> CompletableFuture.runAsync(() -> loadNow(key), Natives::inThreadOfItsOwn));
    try {
      loaded.join();
    } catch (CompletionException e) {
      throw new HostError(e.getCause().getMessage(), e.getCause());
    }
  }

  private static void inThreadOfItsOwn(Runnable work) {
    DaemonThreads.named("semimeta-natives").newThread(work).start();
  }

  /** Loads one library at a time, because JavaCPP keeps what it has loaded in plain maps. */
  private static synchronized void loadNow(Library library) {
    unpack();
    try {
      for (Class<?> binding : library.bindings()) {
        Loader.load(binding);
      }
    } catch (RuntimeException | LinkageError e) {
      LOG.error("{} cannot be loaded", library.title, e);
      String reason = ExceptionUtils.getRootCause(e).toString();
      throw new HostError(
          "%s cannot be loaded: %s; it needs %s"
              .formatted(library.title, UserError.oneLine(reason), library.need),
          e);
    }
  }

  /** Unpacks all libraries, unless that is done, and tells JavaCPP where they are. */
  static synchronized void unpack() {
    if (folder == null) {
      folder = unpacked();
      tellJavaCpp();
    }
  }

  private static Path unpacked() {
    BundledLibraries libraries = bundled();
    List<String> refused = new ArrayList<>();
    for (CachePlace place : CachePlace.candidates(System.getProperties(), System.getenv())) {
      try {
        return new LibraryCache(place.open(), libraries, LibraryCache.PATIENCE)
            .obtain()
            .toRealPath();
      } catch (IOException e) {
        LOG.warn("no libraries in {}", place.parent(), e);
        refused.add(place.parent() + ": " + reason(e));
      }
    }
    throw new HostError(
        ("the libraries of libtorch and OpenCV cannot be unpacked (%s); name a folder that has"
                + " %s MiB free and may hold programs by the Java option -D%s=FOLDER, for executors"
                + " in spark.executor.extraJavaOptions")
            .formatted(String.join("; ", refused), libraries.size() >> 20, CachePlace.CHOICE),
        null);
  }

  private static BundledLibraries bundled() {
    String platform = Loader.Detector.getPlatform();
    try {
      BundledLibraries libraries = BundledLibraries.on(torch.class.getClassLoader(), platform);
      if (libraries.files().isEmpty()) {
        throw new HostError(
            "this jar has no libraries for %s; use Linux on x86-64, or build it for that platform"
                .formatted(platform),
            null);
      }
      return libraries;
    } catch (IOException e) {
      throw new HostError(
          "the jar with the libraries of libtorch cannot be read: %s; build it again"
              .formatted(UserError.oneLine(e.getMessage())),
          e);
    }
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return "no such folder";
    }
    String own = e instanceof FileSystemException failed ? failed.getReason() : e.getMessage();
    return UserError.oneLine(own == null ? e.toString() : own);
  }

  /** Sets JavaCPP's properties, which it reads once, when its first class is loaded. */
  private static void tellJavaCpp() {
    // By default JavaCPP refuses tensors beyond a multiple of the heap; the cluster decides what a
    // process may use.
    setUnlessSet("maxBytes", "0");
    setUnlessSet("maxPhysicalBytes", "0");
    String paths = System.getProperty(JAVACPP + "platform.linkpath");
    System.setProperty(
        JAVACPP + "platform.linkpath", paths == null ? folder.toString() : folder + ":" + paths);
    System.setProperty(JAVACPP + "pathsFirst", "true");
    // There it unpacks what it does not find, and looks for libraries under second names.
    System.setProperty(CachePlace.CHOICE, folder.getParent().toString());
  }

  private static void setUnlessSet(String name, String value) {
    if (System.getProperty(JAVACPP + name) == null) {
      System.setProperty(JAVACPP + name, value);
    }
  }
}
