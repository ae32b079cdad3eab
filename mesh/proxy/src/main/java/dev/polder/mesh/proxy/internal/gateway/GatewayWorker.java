package dev.polder.mesh.proxy.internal.gateway;

import dev.polder.mesh.proxy.internal.http.Worker;
import dev.polder.mesh.proxy.internal.upstream.SourceWorker;
import dev.polder.mesh.proxy.internal.upstream.Upstream;
import dev.polder.mesh.proxy.internal.upstream.UpstreamPool;

/** What the gateway keeps per event loop. */
record GatewayWorker(Gateway gateway, SourceWorker upstreams) {

    Worker worker() {
        return upstreams.worker();
    }

    UpstreamPool pool(Upstream upstream) {
        return upstreams.pool(upstream);
    }
}
