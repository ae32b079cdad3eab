/**
 * The mesh's configuration: Gateway API, Istio and Kubernetes resources in, one immutable {@code MeshSnapshot} out.
 *
 * <p>Start at {@link dev.polder.mesh.config.MeshCompiler}; a proxy starts at {@link dev.polder.mesh.config.MeshSnapshot}.
 */
@NullMarked
package dev.polder.mesh.config;

import org.jspecify.annotations.NullMarked;
