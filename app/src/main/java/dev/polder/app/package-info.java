/** The program: {@code main}, the composition root, and nothing that a module could hold. */
@NullMarked
package dev.polder.app;

import org.jspecify.annotations.NullMarked;
