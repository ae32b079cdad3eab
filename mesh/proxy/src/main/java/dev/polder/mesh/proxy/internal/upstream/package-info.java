/** Where requests are sent to on behalf of one identity, and the connections that are kept for it. */
@NullMarked
package dev.polder.mesh.proxy.internal.upstream;

import org.jspecify.annotations.NullMarked;
