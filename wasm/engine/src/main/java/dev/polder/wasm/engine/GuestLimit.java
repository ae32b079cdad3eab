package dev.polder.wasm.engine;

import dev.polder.kernel.model.Problem;
import java.util.Locale;

/** What a guest may use only so much of. The names are stable: they are in answers, logs and metrics. */
public enum GuestLimit {
    MEMORY,
    TABLE,
    /** Memories and tables of all guests of an app, or of all apps, see {@link HostMemory#GUESTS}. */
    GUEST_MEMORY,
    WALL_TIME,
    CPU_TIME,
    REQUEST_BODY,
    OUTPUT,
    /** Requests of an app that run or wait. */
    CONCURRENCY,
    HANDLES,
    HEADER_BYTES,
    SOCKETS,
    OUTBOUND_REQUESTS,
    /** To Redis, databases and the like. */
    CONNECTIONS,
    /** What the host holds for an app, see {@link HostMemory}. */
    HOST_MEMORY,
    LOG;

    /** The member of a problem that names the limit which was passed. */
    public static final String MEMBER = "limit";

    /** Is told of a limit that was passed, also where the guest may go on. Called on the guest's thread. */
    @FunctionalInterface
    public interface Listener {

        /** Listens to nothing. */
        Listener NONE = limit -> {};

        void passed(GuestLimit limit);
    }

    private final String id = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** {@code wall-time}. */
    public String id() {
        return id;
    }

    /** Ends the guest that passed it: TOO_LARGE, and the limit named. */
    public Problem passed(String detail) {
        return Problem.guest(Problem.Code.TOO_LARGE, detail, null).with(MEMBER, id);
    }
}
