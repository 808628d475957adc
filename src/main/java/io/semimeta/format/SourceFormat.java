package io.semimeta.format;

import io.semimeta.OptionName;
import io.semimeta.UserError;
import io.semimeta.data.Orientation;
import io.semimeta.source.ImageSource;
import io.semimeta.source.InputFiles;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Lists the formats that {@code prepare} reads. */
public enum SourceFormat {
  /** Images are files in folders, {@code split/class/*} or {@code class/*}. */
  IMAGE_FOLDER,
  /** Images are in the binary version of CIFAR-10. */
  CIFAR10,
  /** Images are in the binary version of CIFAR-100, with its fine labels. */
  CIFAR100,
  /** Images are in MNIST's format, as are data sets made like it. */
  IDX,
  /** Images are SVHN's cropped digits, in MATLAB files. */
  SVHN,
  /** Images are those of ImageNet of 2012, in archives or unpacked. */
  IMAGENET,
  /** Images are in record files that MXNet's im2rec wrote. */
  MXNET;

  /**
   * Opens a source.
   *
   * @param files lists folders of images
   * @throws UserError when it is missing or not in this format
   */
  public ImageSource open(SourceOptions options, InputFiles files) {
    require(options);
    Configuration conf = files.conf();
    Path input = options.input();
    Path testInput = options.testInput();
    Path classNames = options.classNames();
    return switch (this) {
      case IMAGE_FOLDER -> ImageFolderSource.open(input, testInput, files);
      case CIFAR10 -> CifarSource.open(CifarSource.Variant.CIFAR10, input, testInput, conf);
      case CIFAR100 -> CifarSource.open(CifarSource.Variant.CIFAR100, input, testInput, conf);
      case IDX -> {
        List<String> names = classNames == null ? null : IdxSource.names(classNames, conf);
        yield IdxSource.open(input, testInput, names, conf);
      }
      case SVHN -> SvhnSource.open(input, testInput, options.extra(), conf);
      case IMAGENET -> ImageNetSource.open(input, testInput, classNames, files);
      case MXNET -> MxnetSource.open(input, testInput, classNames, conf);
    };
  }

  /** Returns the default orientation of its images; benchmarks are decoded as by their authors. */
  public Orientation orientation() {
    return this == IMAGE_FOLDER ? Orientation.EXIF : Orientation.STORED;
  }

  /**
   * Refuses options that mean nothing to this format.
   *
   * @throws UserError that names the option
   */
  public void require(SourceOptions options) {
    if (options.classNames() != null && !Set.of(IDX, IMAGENET, MXNET).contains(this)) {
      throw new UserError(
          "--class-names is for --format idx, imagenet and mxnet; " + this + " has its own names");
    }
    if (options.extra() && this != SVHN) {
      throw new UserError("--extra is for --format svhn");
    }
  }

  /** Returns the name on the command line, such as {@code image-folder}. */
  @Override
  public String toString() {
    return OptionName.of(this);
  }
}
