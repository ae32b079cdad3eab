/** The commands of {@code ./polder}; all but {@code up} and {@code doctor} talk to a running Polder over HTTP. */
@NullMarked
package dev.polder.app.cli;

import org.jspecify.annotations.NullMarked;
