package io.semimeta.cli.line;

import io.semimeta.UserError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.collections4.SetUtils;

/**
 * Tells a line's options of {@code spark-submit} from the command and its own options.
 *
 * @param sparkOptions spark-submit's options in their order; a switch has a null value
 * @param commandArguments the command and all its own arguments, in order
 */
public record SubmitOptions(List<Option> sparkOptions, List<String> commandArguments) {

  /** Holds one option: its long name, and its value, which is null for a switch. */
  record Option(String name, String value) {
    /** Returns the Spark property that this option sets, or null. */
    String property() {
      return name.equals(CONF) ? value.substring(0, value.indexOf('=')) : PROPERTIES.get(name);
    }

    private String propertyValue() {
      return name.equals(CONF) ? value.substring(value.indexOf('=') + 1) : value;
    }
  }

  private static final String CONF = "--conf";

  /** Maps options to the properties that they set, as far as {@code bin/semimeta} uses them. */
  private static final Map<String, String> PROPERTIES =
      Map.ofEntries(
          Map.entry("--master", "spark.master"),
          Map.entry("--deploy-mode", "spark.submit.deployMode"),
          Map.entry("--name", "spark.app.name"),
          Map.entry("--driver-memory", "spark.driver.memory"),
          Map.entry("--driver-class-path", "spark.driver.extraClassPath"),
          Map.entry("--executor-memory", "spark.executor.memory"),
          Map.entry("--executor-cores", "spark.executor.cores"),
          Map.entry("--num-executors", "spark.executor.instances"),
          Map.entry("--total-executor-cores", "spark.cores.max"),
          Map.entry("--files", "spark.files"),
          Map.entry("--archives", "spark.archives"),
          Map.entry("--jars", "spark.jars"),
          Map.entry("--packages", "spark.jars.packages"),
          Map.entry("--exclude-packages", "spark.jars.excludes"),
          Map.entry("--repositories", "spark.jars.repositories"));

  /** Lists spark-submit's options with a value, as in Spark 3.5's SparkSubmitOptionParser. */
  private static final Set<String> VALUED =
      SetUtils.union(
          PROPERTIES.keySet(),
          Set.of(
              CONF,
              "--driver-cores",
              "--driver-java-options",
              "--driver-library-path",
              "--keytab",
              "--principal",
              "--properties-file",
              "--proxy-user",
              "--py-files",
              "--queue"));

  private static final Set<String> SWITCHES = Set.of("--supervise", "--verbose");

  /**
   * Splits a line. spark-submit's options may stand anywhere before {@code --}, as {@code --x v} or
   * {@code --x=v}.
   *
   * @throws UserError when an option lacks its value, or {@code --conf} its {@code KEY=VALUE}
   */
  public static SubmitOptions parse(List<String> arguments) {
    List<Option> sparkOptions = new ArrayList<>();
    List<String> own = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals("--")) {
        own.addAll(arguments.subList(i, arguments.size()));
        break;
      }
      int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
      String name = equals < 0 ? argument : argument.substring(0, equals);
      name = name.equals("-c") ? CONF : name;
      if (SWITCHES.contains(argument)) {
        sparkOptions.add(new Option(argument, null));
      } else if (!VALUED.contains(name)) {
        own.add(argument);
      } else if (equals >= 0) {
        sparkOptions.add(checked(name, argument.substring(equals + 1)));
      } else if (++i < arguments.size()) {
        sparkOptions.add(checked(name, arguments.get(i)));
      } else {
        throw new UserError("option " + argument + " needs a value");
      }
    }
    return new SubmitOptions(sparkOptions, own);
  }

  /** Finds the command's options that a line gives twice, without those in argument files. */
  public static Set<String> repeated(List<String> arguments) {
    Set<String> seen = new HashSet<>();
    Set<String> twice = new TreeSet<>();
    for (String argument : arguments) {
      String name = argument.replaceFirst("=.*", "");
      if (name.startsWith("--") && name.length() > 2 && !VALUED.contains(name) && !seen.add(name)) {
        twice.add(name);
      }
    }
    return twice;
  }

  private static Option checked(String name, String value) {
    if (name.equals(CONF) && value.indexOf('=') < 1) {
      throw new UserError("option --conf needs KEY=VALUE, not '" + value + "'");
    }
    return new Option(name, value);
  }

  /** Returns the value of the last option called {@code name}, or null. */
  public String value(String name) {
    String found = null;
    for (Option option : sparkOptions) {
      found = option.name().equals(name) ? option.value() : found;
    }
    return found;
  }

  /** Tells whether there is an option or a switch of this name. */
  public boolean has(String name) {
    return sparkOptions.stream().anyMatch(option -> option.name().equals(name));
  }

  /** Returns the Spark properties that the line sets; an option beats a --conf, as in Spark. */
  public Map<String, String> properties() {
    Map<String, String> properties = new LinkedHashMap<>();
    for (boolean conf : new boolean[] {true, false}) {
      for (Option option : sparkOptions) {
        if (option.name().equals(CONF) == conf && option.property() != null) {
          properties.put(option.property(), option.propertyValue());
        }
      }
    }
    return properties;
  }

  /** Returns these options with {@code property} set to {@code value}, whatever it was before. */
  public SubmitOptions with(String property, String value) {
    List<Option> options = new ArrayList<>(sparkOptions);
    options.removeIf(option -> property.equals(option.property()));
    options.add(new Option(CONF, property + "=" + value));
    return new SubmitOptions(options, commandArguments);
  }

  /** Returns the options as spark-submit takes them. */
  public List<String> sparkArguments() {
    List<String> arguments = new ArrayList<>();
    for (Option option : sparkOptions) {
      arguments.add(option.name());
      if (option.value() != null) {
        arguments.add(option.value());
      }
    }
    return arguments;
  }
}
