/** Wire protocols, addresses and SQL texts behind the capabilities. */
@NullMarked
package dev.polder.wasm.capability.internal;

import org.jspecify.annotations.NullMarked;
