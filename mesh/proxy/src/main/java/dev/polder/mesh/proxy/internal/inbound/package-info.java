/** The listeners in front of workloads: who may come in, and where they are led. */
@NullMarked
package dev.polder.mesh.proxy.internal.inbound;

import org.jspecify.annotations.NullMarked;
