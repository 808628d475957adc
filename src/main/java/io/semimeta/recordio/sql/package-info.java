/** Record files as a table of Spark SQL: the data source {@code recordio}. */
package io.semimeta.recordio.sql;
