/**
 * The data plane: a gateway, HBONE tunnels in both directions, and the listeners in front of workloads.
 *
 * <p>Start at {@link dev.polder.mesh.proxy.Proxy}. Everything that runs per request lives on Netty event loops below
 * {@code internal}, reads one immutable snapshot and never blocks. No type of this package shows a Netty type.
 */
@NullMarked
package dev.polder.mesh.proxy;

import org.jspecify.annotations.NullMarked;
