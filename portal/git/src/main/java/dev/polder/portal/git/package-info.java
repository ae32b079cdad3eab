/** Bare git repositories under one data folder, served over git's smart HTTP protocol. */
@NullMarked
package dev.polder.portal.git;

import org.jspecify.annotations.NullMarked;
