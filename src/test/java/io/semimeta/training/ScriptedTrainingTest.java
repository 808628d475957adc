package io.semimeta.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.algorithm.SoloCollective;
import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.checkpoint.Checkpoints;
import io.semimeta.checkpoint.StoredTensor;
import io.semimeta.image.ImageInput;
import io.semimeta.loader.CachedImages;
import io.semimeta.model.NetworkOptions;
import io.semimeta.model.Networks;
import io.semimeta.model.Placement;
import io.semimeta.model.TestNetworks;
import io.semimeta.plan.NetworkPlan;
import io.semimeta.plan.RunPlan;
import io.semimeta.plan.ScriptFile;
import io.semimeta.plan.TestPlans;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.plan.TrainingPlan.EvaluatedOn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** A TorchScript file from its check to a checkpoint, on one rank without Spark. */
class ScriptedTrainingTest extends CachedTraining {
  private static final Configuration CONF = new Configuration();
  private static final int STEPS = 60;
  private static final ImageInput STORED = ImageInput.of(TestPlans.MANIFEST, OptionalInt.empty());

  private static String uri(String name) {
    return TestNetworks.script(name).toUri().toString();
  }

  private static NetworkPlan network(ScriptFile file, boolean syncBatchNorm, double width) {
    return new NetworkPlan(
        Networks.SCRIPTED + file.source(),
        file.program(),
        new NetworkOptions(TestPlans.CLASSES, 1, width, 0.5),
        Placement.CPU,
        syncBatchNorm);
  }

  private static TrainingPlan plan(ScriptFile file, RunPlan run) {
    TrainingPlan named = TestPlans.plan(TestPlans.SEMIMETA, EvaluatedOn.VALIDATION, 0.1, run);
    return new TrainingPlan(
        named.manifest(),
        named.input(),
        named.loader(),
        network(file, false, 1),
        named.method(),
        named.batch(),
        named.schedule(),
        named.sgd(),
        named.evaluatedOn(),
        named.seed(),
        run,
        new TreeMap<>(Map.of(ScriptFile.CONTENTS, file.sha256())));
  }

  private RunPlan until(String output, long stopAt) {
    return new RunPlan(path(output).toString(), stopAt, 20, 20, 10, 9);
  }

  private TrainingState train(TrainingPlan plan, String output) throws IOException {
    CheckpointStore store = store(output);
    Optional<Checkpoint> from = store.readLatest();
    Optional<InitialWeights> initial =
        from.isPresent() ? Optional.empty() : InitialWeights.of(plan, CONF);
    try (Trainer trainer =
        new Trainer(
            plan,
            new CachedImages(cache, plan.batch().size(), Placement.CPU, plan.seed(), 0),
            new SoloCollective(),
            new Checkpointer(store, 9),
            new TrainingListeners(List.of()),
            () -> false)) {
      return trainer.run(from, initial, from.map(Checkpoint::step).orElse(0L));
    }
  }

  @Test
  void aFileWithoutFeaturesIsRefusedByItsName() {
    network(ScriptFile.read(uri("features"), CONF), false, 1).requireFeatures();
    NetworkPlan without = network(ScriptFile.read(uri("smooth"), CONF), false, 1);
    String message = assertThrows(UserError.class, without::requireFeatures).getMessage();
    assertTrue(
        message.startsWith(
            "--architecture torchscript:%s: exports no method 'features'; "
                .formatted(uri("smooth"))),
        message);
    assertEquals(1, message.lines().count());
  }

  /** Over more passes than the optimizing executor takes to change the program. */
  @Test
  void aRunInPartsEqualsOneBitForBit() throws IOException {
    ScriptFile file = ScriptFile.read(uri("residual-3"), CONF);
    for (String output : new String[] {"whole", "parts"}) {
      file.keep(path(output), CONF);
    }
    TrainingState whole = train(plan(file, until("whole", STEPS)), "whole");
    for (long stop : new long[] {1, 2, 37, STEPS}) {
      train(plan(file, until("parts", stop)), "parts");
    }
    Checkpoints.assertSame(folder.resolve("whole"), folder.resolve("parts"), STEPS, "in parts");
    assertEquals(2L * STEPS, whole.batchesTracked());
  }

  /** All of the state dict, the file's own weights at first, and what is not trained unchanged. */
  @Test
  void checkpointsHoldTheStateDict() throws IOException {
    ScriptFile file = ScriptFile.read(uri("residual-3"), CONF);
    Map<String, StoredTensor> given = InitialWeights.ofScript(uri("residual-3"), CONF).tensors();
    file.keep(path("out"), CONF);
    train(plan(file, until("out", 1)), "out");
    Map<String, StoredTensor> trained = store("out").read(1).model();
    assertEquals(given.keySet(), trained.keySet());
    for (String name : List.of("scale", "order")) {
      assertEquals(given.get(name), trained.get(name), name);
    }
    assertFalse(given.get("fc.weight").equals(trained.get("fc.weight")));
    float before = given.get("fc.weight").data().getFloat(0);
    assertEquals(before, trained.get("fc.weight").data().getFloat(0), 0.2);
    assertEquals(2, trained.get("bn1.num_batches_tracked").data().getLong(0));
  }

  private static void check(String name, ImageInput input, boolean forwardMode) {
    ScriptFile file = ScriptFile.read(uri(name), CONF);
    NetworkPlan network = network(file, false, 1);
    network.requireFit(input.height(), input.width());
    ScriptCheck.require(
        network,
        InitialWeights.ofScript(uri(name), CONF),
        input,
        2,
        TestPlans.CLASSES,
        forwardMode);
  }

  private static void assertRefused(String name, boolean forwardMode, String reason) {
    UserError error = assertThrows(UserError.class, () -> check(name, STORED, forwardMode));
    assertTrue(error.getMessage().startsWith("--architecture torchscript:file:/"), "" + error);
    assertTrue(error.getMessage().contains(name + ".pt: " + reason), error.getMessage());
    assertEquals(1, error.getMessage().lines().count(), error.getMessage());
  }

  @Test
  void networksThatFitAreAccepted() {
    check("residual-3", STORED, true);
    check("traced-plain", STORED, true);
    check("undifferentiable", STORED, false);
  }

  @Test
  void networksThatDoNotFitAreRefused() {
    assertRefused("residual-10", false, "its output for 2 images is [2, 10]; the data set's");
    assertRefused(
        "smooth", false, "its forward pass in eval mode fails on images of [2, 1, 12, 12]");
    assertRefused("traced-eval", false, "its batch_norm was traced in one mode");
    assertRefused("traced-dropout", false, "its feature_dropout was traced in one mode");
    assertRefused("pair", false, "its forward pass in eval mode gives a Tuple; it must give");
    assertRefused("counting", false, "its tensor 'passes' changes in train mode");
    assertRefused("frozen", false, "has no parameters to train; it is frozen; export");
    assertRefused("undifferentiable", true, "--meta-gradient forward ");
  }

  @Test
  void optionsThatTheFileDecidesAreRefused() {
    ScriptFile file = ScriptFile.read(uri("residual-3"), CONF);
    UserError width =
        assertThrows(UserError.class, () -> network(file, false, 0.5).requireFit(12, 12));
    assertTrue(width.getMessage().startsWith("--width 0.5: "), width.getMessage());
    UserError sync = assertThrows(UserError.class, () -> network(file, true, 1).requireFit(12, 12));
    assertTrue(sync.getMessage().startsWith("--sync-batch-norm: "), sync.getMessage());
  }

  @Test
  void theOutputsCopyIsTheFile() throws IOException {
    Path original = Files.copy(TestNetworks.script("residual-3"), folder.resolve("mine.pt"));
    ScriptFile file = ScriptFile.read(original.toUri().toString(), CONF);
    Path copy = folder.resolve("out/network.pt");
    file.keep(path("out"), CONF);
    assertArrayEquals(Files.readAllBytes(original), Files.readAllBytes(copy));
    assertEquals(file.sha256(), ScriptFile.read(copy.toUri().toString(), CONF).sha256());
    Files.delete(original);
    file.keep(path("out"), CONF); // which is there already
    Files.copy(TestNetworks.script("traced-plain"), original);
    Files.delete(copy);
    UserError error = assertThrows(UserError.class, () -> file.keep(path("out"), CONF));
    assertTrue(error.getMessage().contains("its SHA-256 is "), error.getMessage());
  }

  @Test
  void weightsOfTheSameNetworkTakeTheFilesPlace() {
    NetworkPlan plan = network(ScriptFile.read(uri("residual-3"), CONF), false, 1);
    InitialWeights own = InitialWeights.ofScript(uri("residual-3"), CONF);
    own.requireFit(plan);
    assertFalse(own.hasOtherClasses(plan));
    UserError classes =
        assertThrows(
            UserError.class,
            () -> InitialWeights.ofScript(uri("residual-10"), CONF).requireFit(plan));
    assertTrue(classes.getMessage().contains("'fc.weight' is [10, 24]"), classes.getMessage());
    Map<String, StoredTensor> others = new LinkedHashMap<>(own.tensors());
    others.put("scale", new StoredTensor("F32", new long[] {1}, ByteBuffer.allocate(4)));
    UserError constant =
        assertThrows(UserError.class, () -> new InitialWeights("there", others).requireFit(plan));
    assertTrue(
        constant.getMessage().contains("'scale' is not the network's own"), constant.getMessage());
  }
}
