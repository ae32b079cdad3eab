/** The binary form of components: bytes to definitions, each with the offset where it stands. Resolves no index. */
@NullMarked
package dev.polder.wasm.component.internal.binary;

import org.jspecify.annotations.NullMarked;
