/** Metrics with Istio's names, traffic statistics per workload, and the access log. */
@NullMarked
package dev.polder.mesh.proxy.internal.telemetry;

import org.jspecify.annotations.NullMarked;
