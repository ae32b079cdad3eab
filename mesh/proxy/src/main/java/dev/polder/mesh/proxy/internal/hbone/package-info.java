/** HBONE: HTTP/2 CONNECT tunnels over mutual TLS, client pool and server side. */
@NullMarked
package dev.polder.mesh.proxy.internal.hbone;

import org.jspecify.annotations.NullMarked;
