package dev.polder.app.bridge;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.mesh.proxy.ClientExchange;
import dev.polder.mesh.proxy.ClientLimits;
import dev.polder.mesh.proxy.ClientRequest;
import dev.polder.mesh.proxy.ClientResponse;
import dev.polder.mesh.proxy.ClientTimeouts;
import dev.polder.mesh.proxy.EgressPolicy;
import dev.polder.mesh.proxy.HttpBody;
import dev.polder.mesh.proxy.HttpFailure;
import dev.polder.mesh.proxy.MeshClient;
import dev.polder.mesh.proxy.Proxy;
import dev.polder.mesh.proxy.ResponseListener;
import dev.polder.wasm.wasi.p2.http.OutgoingHttp;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends the requests of Wasm apps through the mesh: each app with its own identity, so that the policies of who is called
 * see who calls. The allow-list was asked before by name; each address outside the mesh is checked by it too, once looked up.
 */
public final class MeshOutgoing {

    private final Function<WorkloadRef, SpiffeId> identities;
    private final ConcurrentHashMap<WorkloadRef, Caller> callers = new ConcurrentHashMap<>();
    private volatile @Nullable Proxy proxy;

    /** @param identities the identity of a workload */
    public MeshOutgoing(Function<WorkloadRef, SpiffeId> identities) {
        this.identities = identities;
    }

    /** The data plane is there: apps are restored before it is. */
    public void through(Proxy started) {
        proxy = started;
    }

    /** How an app's requests go out, of whichever version: what it may call comes with each request. */
    public OutgoingHttp of(WorkloadRef workload) {
        return callers.computeIfAbsent(workload, Caller::new);
    }

    /** The app is gone: ends what it has under way. */
    public void forget(WorkloadRef workload) {
        Caller caller = callers.remove(workload);
        if (caller != null) {
            caller.close();
        }
    }

    private final class Caller implements OutgoingHttp {

        private final WorkloadRef workload;
        private @Nullable MeshClient client;

        Caller(WorkloadRef workload) {
            this.workload = workload;
        }

        @Override
        public boolean connectsByName() {
            return true;
        }

        private synchronized @Nullable MeshClient client() {
            Proxy through = proxy;
            if (client == null && through != null) {
                client = through.client(identities.apply(workload), ClientLimits.DEFAULT, EgressPolicy.NOTHING);
            }
            return client;
        }

        private synchronized void close() {
            if (client != null) {
                client.close();
                client = null;
            }
        }

        @Override
        public CompletableFuture<Response> send(Request request) {
            MeshClient through = client();
            if (through == null) {
                return CompletableFuture.failedFuture(WasmFailures.of(
                        new HttpFailure(HttpFailure.Kind.DESTINATION_UNAVAILABLE, "the mesh has not started yet")));
            }
            String host = request.host().indexOf(':') >= 0 ? "[" + request.host() + "]" : request.host();
            ClientRequest head = new ClientRequest(
                    request.head().method(),
                    request.scheme(),
                    host + ":" + request.port(),
                    request.head().pathWithQuery().orElse("/"),
                    WasmBodies.toMesh(request.head().headers()),
                    request.body().length().orElse(HttpBody.UNKNOWN),
                    new ClientTimeouts(
                            request.timeouts().connect(),
                            request.timeouts().firstByte(),
                            request.timeouts().betweenBytes(),
                            ClientTimeouts.DEFAULT.total()));
            EgressPolicy egress = (_, _, address) -> request.permits().test(address);
            CompletableFuture<Response> response = new CompletableFuture<>();
            ClientExchange exchange = through.send(head, egress, new ResponseListener() {
                @Override
                public void onResponse(ClientResponse came) {
                    response.complete(new Response(
                            came.status(), WasmBodies.toWasm(came.headers()), WasmBodies.toWasm(came.body())));
                }

                @Override
                public void onFailed(HttpFailure failure) {
                    response.completeExceptionally(WasmFailures.of(failure));
                }
            });
            WasmBodies.send(request.body(), exchange.body());
            var _ = response.whenComplete((_, failure) -> {
                if (response.isCancelled()) {
                    exchange.cancel();
                }
            });
            return response;
        }
    }
}
