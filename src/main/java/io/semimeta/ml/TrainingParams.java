package io.semimeta.ml;

import io.semimeta.UserError;
import io.semimeta.cli.options.TrainingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Makes Params of the options of {@code semimeta train}, which own names, defaults, texts and
 * checks, and a run's options of the Params' values.
 */
final class TrainingParams {
  /** Names Params that are not called as their options are. */
  private static final Map<String, String> OWN_NAMES =
      Map.of("--lr", "learningRate", "--weight", "consistencyWeight", "--workers", "numWorkers");

  /** Lists options of the command's own, and those that a session has decided already. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "--data",
          "--save-path",
          "--label-indices",
          "--resume",
          "--stop-at",
          "--verify",
          "--dry-run",
          "--cores-per-worker",
          "--memory-per-worker",
          "--gpus-per-worker",
          "--stop-timeout");

  /** Says what else messages may name, in words that a DataFrame's owner knows. */
  private static final Map<String, String> OTHERS =
      Map.of("--data", "the images", "--output", "workDir", "--checkpoint", "the model");

  private static final Pattern OPTION = Pattern.compile("--[a-z]+(?:-[a-z]+)*");
  private static final Pattern HUMP = Pattern.compile("-([a-z])");
  private static final String MILESTONES = "milestones";
  private static final Map<String, OptionSpec> BY_NAME = options();

  private TrainingParams() {}

  private static Map<String, OptionSpec> options() {
    Map<String, OptionSpec> options = new LinkedHashMap<>();
    for (OptionSpec option : line(new TrainingOptions()).getCommandSpec().options()) {
      if (!LEFT_OUT.contains(option.longestName())) {
        options.put(name(option.longestName()), option);
      }
    }
    return options;
  }

  private static CommandLine line(TrainingOptions options) {
    return new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true);
  }

  private static String name(String option) {
    String camel =
        HUMP.matcher(option.substring(2))
            .replaceAll(hump -> hump.group(1).toUpperCase(Locale.ROOT));
    return OWN_NAMES.getOrDefault(option, camel);
  }

  static void addTo(ParamSet set, Params owner) {
    BY_NAME.forEach((name, option) -> add(set, owner, name, option));
  }

  private static void add(ParamSet set, Params owner, String name, OptionSpec option) {
    String doc = inParams(String.join(" ", option.description()).replaceAll("\\s+", " "));
    Class<?> type = option.type();
    String byDefault = option.defaultValue();
    if (name.equals(MILESTONES)) {
      set.add(new IntArrayParam(owner, name, doc), new int[0]);
    } else if (type == boolean.class) {
      set.add(new BooleanParam(owner, name, doc), Boolean.valueOf(byDefault));
    } else if (type == int.class || type == Integer.class) {
      set.add(
          new IntParam(owner, name, doc), byDefault == null ? null : Integer.valueOf(byDefault));
    } else if (type == long.class || type == Long.class) {
      set.add(new LongParam(owner, name, doc), byDefault == null ? null : Long.valueOf(byDefault));
    } else if (type == double.class) {
      set.add(new DoubleParam(owner, name, doc), Double.valueOf(byDefault));
    } else {
      set.add(new Param<String>(owner, name, doc), byDefault);
    }
  }

  /**
   * Returns the options of a run.
   *
   * @param data the prepared images
   * @param output the run's folder
   * @throws UserError naming a Param whose value is wrong
   */
  static TrainingOptions options(HasParamSet owner, String data, String output) {
    List<String> words = new ArrayList<>(List.of("--data", data, "--output", output));
    BY_NAME.forEach((name, option) -> addWords(words, owner, name, option));
    TrainingOptions options = new TrainingOptions();
    try {
      line(options).parseArgs(words.toArray(String[]::new));
    } catch (ParameterException e) {
      throw new UserError(e.getMessage(), e);
    }
    return options;
  }

  private static void addWords(
      List<String> words, HasParamSet owner, String name, OptionSpec option) {
    Param<?> param = owner.paramSet().get(name);
    if (!owner.isDefined(param)) {
      return;
    }
    Object value = owner.getOrDefault(param);
    String longest = option.longestName();
    if (value instanceof Boolean on) {
      if (on) {
        words.add(longest);
      } else if (option.negatable()) {
        words.add("--no-" + longest.substring(2));
      }
    } else if (value instanceof int[] numbers) {
      words.add(
          longest
              + "="
              + Arrays.stream(numbers).mapToObj(String::valueOf).collect(Collectors.joining(",")));
    } else {
      words.add(longest + "=" + value);
    }
  }

  /** Returns a text about options with the names of their Params. */
  static String inParams(String text) {
    return OPTION
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(paramOf(found.group())));
  }

  private static String paramOf(String option) {
    String name = name(option);
    return BY_NAME.containsKey(name) ? name : OTHERS.getOrDefault(option, option);
  }

  /** Carries out an action whose errors name options, and has them name Params. */
  static <T> T named(Callable<T> action) {
    try {
      return action.call();
    } catch (UserError e) {
      throw new UserError(inParams(e.getMessage()), e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
