/** Requests that workloads of this process send. */
@NullMarked
package dev.polder.mesh.proxy.internal.client;

import org.jspecify.annotations.NullMarked;
