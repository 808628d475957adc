package io.semimeta.cluster;

import io.semimeta.UserError;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.apache.spark.SparkConf;

/**
 * Holds the settings of a Spark application that may not have started yet: {@code bin/semimeta}
 * looks at them without Spark's classes, whose loading takes a second.
 */
public record SparkSettings(UnaryOperator<String> lookup) {
  /** Takes the settings of a configuration, which also knows deprecated names. */
  public static SparkSettings of(SparkConf conf) {
    return new SparkSettings(name -> conf.contains(name) ? conf.get(name) : null);
  }

  /** Takes the settings in a map. */
  public static SparkSettings of(Map<String, String> properties) {
    return new SparkSettings(properties::get);
  }

  /** Returns the URL of the application's master, or Spark's own default where there is none. */
  public String master() {
    return get("spark.master", "local");
  }

  public boolean contains(String name) {
    return lookup.apply(name) != null;
  }

  /** Returns the value, or null. */
  String get(String name) {
    return lookup.apply(name);
  }

  /** Returns the value, or {@code otherwise} where it is not set. */
  public String get(String name, String otherwise) {
    String value = lookup.apply(name);
    return value == null ? otherwise : value;
  }

  /**
   * Returns a count, where it is set.
   *
   * @throws UserError where it is no whole number of at least 1
   */
  public OptionalInt count(String name) {
    String value = get(name, "").strip();
    if (!contains(name)) {
      return OptionalInt.empty();
    }
    if (!value.matches("0*[1-9][0-9]{0,8}")) {
      throw new UserError("%s=%s: must be a whole number of at least 1".formatted(name, value));
    }
    return OptionalInt.of(Integer.parseInt(value));
  }

  double getDouble(String name, double otherwise) {
    String value = lookup.apply(name);
    try {
      return value == null ? otherwise : Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new UserError("%s=%s: must be a number".formatted(name, value), e);
    }
  }

  /**
   * Tells whether a setting is on; one that is not set is off.
   *
   * @throws UserError where it is neither true nor false
   */
  public boolean getBoolean(String name) {
    String value = get(name, "false").strip();
    if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
      throw new UserError("%s=%s: must be true or false".formatted(name, value));
    }
    return Boolean.parseBoolean(value);
  }
}
