/** HTTP/1.1 message heads and bodies as byte ranges, and HTTP/2 for clients of the gateway. */
@NullMarked
package dev.polder.mesh.proxy.internal.http;

import org.jspecify.annotations.NullMarked;
