/** One way to serve HTTP: routes, authentication, problem bodies, server-sent events, static files, health, metrics. */
@NullMarked
package dev.polder.kernel.server;

import org.jspecify.annotations.NullMarked;
