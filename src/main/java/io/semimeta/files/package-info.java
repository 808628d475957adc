/** Small files on any Hadoop file system: replaced whole, read as text, named as they should be. */
package io.semimeta.files;
