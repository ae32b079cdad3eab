/** Byte streams, event loops, listeners and TLS: what carries bytes, whatever they mean. */
@NullMarked
package dev.polder.mesh.proxy.internal.transport;

import org.jspecify.annotations.NullMarked;
