/** Small files on any Hadoop file system, replaced whole. */
package io.semimeta.files;
