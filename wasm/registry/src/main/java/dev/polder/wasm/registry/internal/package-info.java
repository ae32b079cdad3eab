/** The OCI distribution protocol, manifests, and how each layout is read and written. Not for other modules. */
@NullMarked
package dev.polder.wasm.registry.internal;

import org.jspecify.annotations.NullMarked;
