/** This package makes record files a table of Spark SQL by the data source {@code recordio}. */
package io.semimeta.recordio.sql;
