/** Routing of requests and the pools of connections to what serves them. */
@NullMarked
package dev.polder.mesh.proxy.internal.gateway;

import org.jspecify.annotations.NullMarked;
