package io.semimeta.prepare;

import static io.semimeta.source.TestSources.tar;

import io.semimeta.format.SourceFormat;
import io.semimeta.format.SourceOptions;
import io.semimeta.image.TestImages;
import io.semimeta.source.ImageSource;
import io.semimeta.source.InputFiles;
import io.semimeta.source.TestSources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.Struct;

/** A small file for every parser of what {@code prepare} reads. */
final class SourceSubjects extends SubjectFolder {
  private static final Configuration CONF = new Configuration();

  private SourceSubjects(Path root) {
    super(root);
  }

  static List<Subject> in(Path folder) throws IOException {
    SourceSubjects subjects = new SourceSubjects(folder);
    subjects.idx();
    subjects.cifar();
    subjects.svhn();
    subjects.mxnet();
    subjects.imageNet();
    subjects.developmentKit();
    return subjects.all;
  }

  private static Path text(Path file, String content) throws IOException {
    TestSources.file(file, content.getBytes(StandardCharsets.UTF_8));
    return file;
  }

  private static String source(SourceFormat format, Path input, Path names) throws IOException {
    org.apache.hadoop.fs.Path classNames = names == null ? null : hadoop(names);
    ImageSource source =
        format.open(
            new SourceOptions(hadoop(input), null, classNames, false), new InputFiles(CONF));
    StringBuilder text = new StringBuilder(source.classes().toString());
    for (ImageSource.Part part : source.parts()) {
      try (ImageSource.Reader reader = part.open(CONF)) {
        for (ImageSource.Image image; (image = reader.next()) != null; ) {
          text.append('\n').append(part.split()).append(image.record().id()).append(' ');
          text.append(image.record().label()).append(DigestUtils.md5Hex(image.record().encoded()));
        }
      }
    }
    return text.toString();
  }

  private void idx() throws IOException {
    Path zipped = root.resolve("idx-gz");
    Path plain = Files.createDirectories(root.resolve("idx"));
    for (String split : List.of("train", "t10k")) {
      TestSources.idx(zipped, split, 12, 6, 4);
    }
    for (String name : List.of("images-idx3-ubyte", "labels-idx1-ubyte")) {
      for (String split : List.of("train-", "t10k-")) {
        Path gz = zipped.resolve(split + name + ".gz");
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(gz))) {
          Files.write(plain.resolve(split + name), in.readAllBytes());
        }
        // Of two numbers that differ, either file may be wrong.
        String shown = "-idx";
        all.add(new Subject(gz, 12, true, shown, () -> source(SourceFormat.IDX, zipped, null)));
        all.add(
            new Subject(
                plain.resolve(split + name),
                16,
                false,
                shown,
                () -> source(SourceFormat.IDX, plain, null)));
      }
    }
  }

  private void cifar() throws IOException {
    Map<String, byte[]> files = TestSources.cifar10(2);
    Path folder = Files.createDirectories(root.resolve("cifar"));
    Path tar = folder.resolve("cifar.tar");
    Files.write(tar, tar(files));
    add(tar, 512, () -> source(SourceFormat.CIFAR10, tar, null));
    Path gz = folder.resolve("cifar.tar.gz");
    TestSources.tarGz(gz, files);
    addChecked(gz, 20, () -> source(SourceFormat.CIFAR10, gz, null));
  }

  private void svhn() throws IOException {
    Path zipped = root.resolve("svhn/train_32x32.mat");
    TestSources.svhn(zipped, 4, 4);
    addChecked(zipped, 220, () -> source(SourceFormat.SVHN, zipped.getParent(), null));
    Path plain = root.resolve("svhn-plain/train_32x32.mat");
    TestSources.svhnPlain(plain, 4);
    add(plain, 220, () -> source(SourceFormat.SVHN, plain.getParent(), null));
  }

  private void mxnet() throws IOException {
    Path folder = Files.createDirectories(root.resolve("mxnet"));
    Path packed = Path.of("src/test/resources/io/semimeta/recordio");
    for (String suffix : List.of(".rec", ".idx", ".lst")) {
      Path file = folder.resolve("train" + suffix);
      Files.copy(packed.resolve("train" + suffix), file);
      all.add(
          new Subject(file, 64, false, "train.", () -> source(SourceFormat.MXNET, folder, null)));
    }
  }

  private void imageNet() throws IOException {
    Path folder = Files.createDirectories(root.resolve("imagenet"));
    Map<String, byte[]> classes = new LinkedHashMap<>();
    Map<String, byte[]> validation = new LinkedHashMap<>();
    StringBuilder truth = new StringBuilder();
    for (String synset : List.of("n01440764", "n01443537")) {
      Map<String, byte[]> images = new LinkedHashMap<>();
      for (int i = 0; i < 3; i++) {
        images.put(synset + "_" + i + ".JPEG", TestImages.jpeg(8 + i, 9, i));
      }
      classes.put(synset + ".tar", tar(images));
      String name = "ILSVRC2012_val_0000000" + classes.size() + ".JPEG";
      validation.put(name, TestImages.jpeg(9, 9, classes.size()));
      truth.append(name).append(' ').append(classes.size() - 1).append('\n');
    }
    Path train = folder.resolve("ILSVRC2012_img_train.tar");
    Path val = folder.resolve("ILSVRC2012_img_val.tar");
    Files.write(train, tar(classes));
    Files.write(val, tar(validation));
    Path list = text(folder.resolve("val.txt"), truth.toString());
    Path names = text(folder.resolve("names.txt"), "n01440764 tench, fish\nn01443537 goldfish\n");
    for (Path file : List.of(train, val, list, names)) {
      // Where names in two files do not fit together, either may be wrong.
      String shown = file.equals(train) ? "imagenet/" : file.getFileName().toString();
      all.add(
          new Subject(
              file,
              512,
              false,
              file.equals(val) ? "imagenet/" : shown,
              () -> source(SourceFormat.IMAGENET, folder, names)));
    }
  }

  /** Classes as numbers, which have a meaning by a MATLAB file. */
  private void developmentKit() throws IOException {
    Path folder = Files.createDirectories(root.resolve("imagenet-kit"));
    for (String name : List.of("ILSVRC2012_img_train.tar", "ILSVRC2012_img_val.tar")) {
      Files.copy(root.resolve("imagenet").resolve(name), folder.resolve(name));
    }
    Struct synsets = Mat5.newStruct(2, 1);
    for (int i = 0; i < 2; i++) {
      synsets.set("ILSVRC2012_ID", i, Mat5.newScalar(i + 1));
      synsets.set("WNID", i, Mat5.newString(List.of("n01443537", "n01440764").get(i)));
    }
    Path meta = folder.resolve("meta.mat");
    Mat5.writeToFile(Mat5.newMatFile().addArray("synsets", synsets), meta.toFile());
    Path truth = text(folder.resolve("ILSVRC2012_validation_ground_truth.txt"), "2\n1\n");
    for (Path file : List.of(meta, truth)) {
      // Where numbers in two files do not fit together, either may be wrong.
      all.add(
          new Subject(
              file,
              300,
              false,
              "ILSVRC2012_validation_ground_truth.txt",
              () -> source(SourceFormat.IMAGENET, folder, null)));
    }
  }
}
