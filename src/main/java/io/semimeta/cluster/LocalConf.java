package io.semimeta.cluster;

import java.security.SecureRandom;
import java.util.HexFormat;
import org.apache.spark.SparkConf;
import org.apache.spark.util.Utils;
import scala.Tuple2;

/**
 * Holds the settings of an application whose processes are all on this machine, which may have
 * other users: the processes know each other by a secret of the run, and listen on the loopback
 * address alone. What the user has set stands.
 *
 * <p>Some of Spark's servers read their address from the environment alone. Where the user has set
 * nothing there, this class answers in its place; Spark copies it by {@link #clone}.
 */
public final class LocalConf extends SparkConf {
  private static final long serialVersionUID = 1L;

  private static final String LOOPBACK = "127.0.0.1";
  private static final String ADDRESS = "SPARK_LOCAL_IP";
  private static final String AUTHENTICATE = "spark.authenticate";
  private static final int SECRET_BYTES = 32;

  private LocalConf(SparkConf conf) {
    super(false);
    for (Tuple2<String, String> setting : conf.getAll()) {
      set(setting._1(), setting._2());
    }
  }

  /** Returns the settings to start with; those of an application elsewhere stay as they are. */
  public static SparkConf of(SparkConf conf) {
    SparkMaster master = new SparkMaster(conf.get("spark.master", ""));
    if (!master.isOnThisMachine()) {
      return conf;
    }
    SparkConf own = new LocalConf(conf);
    String address = own.getenv(ADDRESS);
    own.setIfMissing("spark.driver.host", address);
    own.setIfMissing("spark.driver.bindAddress", address);
    own.setIfMissing("spark.ui.enabled", "false");
    own.setIfMissing("spark.ui.showConsoleProgress", "false");
    own.setIfMissing(AUTHENTICATE, "true");
    if (master.isLocalCluster()) {
      // A user who finds the local master's web page could end the application there.
      own.setIfMissing("spark.ui.killEnabled", "false");
      if (own.getBoolean(AUTHENTICATE, false)) { // otherwise Spark makes one by itself
        own.setIfMissing(AUTHENTICATE + ".secret", secret());
      }
      if (System.getenv(ADDRESS) == null && System.getenv("SPARK_LOCAL_HOSTNAME") == null) {
        Utils.setCustomHostname(address); // the workers' host name, hence the executors'
      }
    }
    return own;
  }

  private static String secret() {
    byte[] bytes = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public String getenv(String name) {
    String value = super.getenv(name);
    return value == null && name.equals(ADDRESS) ? LOOPBACK : value;
  }

  @Override
  public SparkConf clone() {
    return new LocalConf(this);
  }
}
