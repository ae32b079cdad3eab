/** The sources, one class for each server. */
@NullMarked
package dev.polder.wasm.event.internal;

import org.jspecify.annotations.NullMarked;
