/** Reading and compiling of each kind; only {@code MeshCompiler} and {@code MeshKinds} use it. */
@NullMarked
package dev.polder.mesh.config.internal;

import org.jspecify.annotations.NullMarked;
