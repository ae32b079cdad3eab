package dev.polder.wasm.wasi.p2.io;

import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.engine.HostMemory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The waiting and the open handles of one instance. Used by the guest's thread, but for {@link #signal}.
 */
public final class GuestIo implements AutoCloseable {

    private final Signal signal = new Signal();
    private final Set<Resource> live = Collections.newSetFromMap(new IdentityHashMap<>());
    private final int maxHandles;
    private final HostMemory.Account held;
    private final GuestLimit.Listener listener;

    /** @param maxHandles how many resources of the host the guest may hold at a time */
    public GuestIo(int maxHandles) {
        this(maxHandles, GuestLimit.Listener.NONE);
    }

    /** The same; {@code listener} is told of limits that the guest is refused by and not ended for. */
    public GuestIo(int maxHandles, GuestLimit.Listener listener) {
        this(maxHandles, HostMemory.PROCESS.account(), listener);
    }

    /**
     * @param maxHandles how many resources of the host the guest may hold at a time
     * @param held what those hold; closed with this
     * @param listener told of limits that the guest is refused by and not ended for
     */
    public GuestIo(int maxHandles, HostMemory.Account held, GuestLimit.Listener listener) {
        this.maxHandles = maxHandles;
        this.held = held;
        this.listener = listener;
    }

    /** The guest is refused something, and may go on. */
    public void refused(GuestLimit limit) {
        listener.passed(limit);
    }

    /** What the guest's resources hold in the host's memory: whoever makes one of them larger asks here before. */
    public HostMemory.Account held() {
        return held;
    }

    /** Raised by whoever changes something that the guest may wait for. */
    public Signal signal() {
        return signal;
    }

    void add(Resource resource) {
        checkRoom();
        live.add(resource);
    }

    /** Ends the guest when it may hold no more; asked before something is opened that would have to be closed again. */
    public void checkRoom() {
        if (live.size() >= maxHandles) {
            throw GuestLimit.HANDLES.passed(
                    "open handles: " + (live.size() + 1) + " (expected: at most " + maxHandles + ")");
        }
    }

    void remove(Resource resource) {
        live.remove(resource);
    }

    /** How many resources the guest holds. */
    public int handles() {
        return live.size();
    }

    /** Waits on the guest's thread; ends with a trap when the guest has to end. */
    public void await(Readiness readiness) {
        if (!readiness.ready()) {
            GuestExecutor.blocking(() -> waited(readiness));
        }
    }

    private @Nullable Void waited(Readiness readiness) {
        while (true) {
            long seen = signal.count();
            if (readiness.ready()) {
                return null;
            }
            signal.await(seen, readiness.nanosLeft());
        }
    }

    /** Frees everything that the guest did not. */
    @Override
    public void close() {
        List<Resource> left = new ArrayList<>(live);
        try {
            left.forEach(Resource::drop);
        } finally {
            held.close();
        }
    }
}
