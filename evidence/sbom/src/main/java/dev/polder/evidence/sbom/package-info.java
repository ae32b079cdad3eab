/**
 * What a release consists of: CycloneDX documents from lock files and Wasm modules, and the releases they belong to.
 */
@NullMarked
package dev.polder.evidence.sbom;

import org.jspecify.annotations.NullMarked;
