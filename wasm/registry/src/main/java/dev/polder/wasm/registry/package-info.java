/**
 * Wasm apps and components in OCI registries: pull, push, and the two layouts they have there. Start reading at
 * {@link dev.polder.wasm.registry.Registry}.
 */
@NullMarked
package dev.polder.wasm.registry;

import org.jspecify.annotations.NullMarked;
