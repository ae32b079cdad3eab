/** One configuration from one file, the environment and flags: bound to records, checked as a whole. */
@NullMarked
package dev.polder.app.config;

import org.jspecify.annotations.NullMarked;
