package dev.polder.mesh.proxy.internal.client;

import dev.polder.mesh.proxy.HttpFailure;
import dev.polder.mesh.proxy.internal.http.RequestWriter;
import dev.polder.mesh.proxy.internal.http.Worker;
import dev.polder.mesh.proxy.internal.transport.Swept;
import dev.polder.mesh.proxy.internal.upstream.SourceWorker;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;

/** The calls and connections of one caller on one event loop. */
final class CallerLoop implements Swept {

    private final Worker worker;
    private final SourceWorker pools;
    private final RequestWriter writer = new RequestWriter();
    private final Set<ClientCall> calls = new HashSet<>();
    private boolean swept;

    CallerLoop(Worker worker, SourceWorker pools) {
        this.worker = worker;
        this.pools = pools;
    }

    Worker worker() {
        return worker;
    }

    SourceWorker pools() {
        return pools;
    }

    /** For heads that are sent at once. */
    RequestWriter writer() {
        return writer;
    }

    /** From any thread. */
    void start(ClientCall call, boolean room) {
        boolean runs = worker.later(() -> {
            if (!swept) {
                swept = true;
                worker.sweep().add(this);
            }
            calls.add(call);
            call.start(room);
        });
        if (!runs) {
            call.neverStarted();
        }
    }

    void ended(ClientCall call) {
        calls.remove(call);
    }

    /** From any thread: ends everything and forgets the connections. */
    void close() {
        worker.run(() -> {
            abandon();
            pools.drain();
            worker.sweep().remove(this);
            swept = false;
        });
    }

    @Override
    public void sweep(long now) {
        // calls have timers of their own
    }

    @Override
    public void drain() {
        // calls under way go on, their callers decide
    }

    @Override
    public void abandon() {
        HttpFailure why = new HttpFailure(HttpFailure.Kind.CANCELLED, "the client was closed");
        new ArrayList<>(calls).forEach(call -> call.fail(why));
    }

    @Override
    public boolean isBusy() {
        return !calls.isEmpty();
    }
}
