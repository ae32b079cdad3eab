/** Following a guest's paths and what is done at their end: shared by WASI 0.1 and 0.2. */
@NullMarked
package dev.polder.wasm.wasi.internal;

import org.jspecify.annotations.NullMarked;
