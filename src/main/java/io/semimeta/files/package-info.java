/** Replaces, reads, names and leases files on any Hadoop file system. */
package io.semimeta.files;
