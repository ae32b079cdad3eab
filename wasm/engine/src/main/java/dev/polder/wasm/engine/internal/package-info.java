/** What both engines share: reading a module's types, the clock that ends guests, the caches. Not for other modules. */
@NullMarked
package dev.polder.wasm.engine.internal;

import org.jspecify.annotations.NullMarked;
