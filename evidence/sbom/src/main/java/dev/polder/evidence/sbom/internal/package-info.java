/** Readers of lock files and Wasm modules, and the writer of CycloneDX; only the package above uses it. */
@NullMarked
package dev.polder.evidence.sbom.internal;

import org.jspecify.annotations.NullMarked;
