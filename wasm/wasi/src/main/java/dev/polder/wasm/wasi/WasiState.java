package dev.polder.wasm.wasi;

import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.wasi.internal.Errno;
import dev.polder.wasm.wasi.internal.Place;
import dev.polder.wasm.wasi.internal.WasiError;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one guest has open, and where its output stands. Belongs to one store; closed after it. */
public final class WasiState implements WasiHost, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WasiState.class);
    private static final int MAX_OPEN = 1_024;

    private final WasiConfig config;
    private final int maxOpen;
    private final GuestLimit.Listener refusals;
    private final TreeMap<Integer, Descriptor> open = new TreeMap<>();
    private final Map<Integer, Rights.Dropped> dropped = new HashMap<>();

    /** With at most 1,024 descriptors open. */
    public WasiState(WasiConfig config) {
        this(config, MAX_OPEN, GuestLimit.Listener.NONE);
    }

    /**
     * @param maxOpen descriptors at a time; a guest that wants more gets the error {@code mfile}
     * @param refusals told when it does
     */
    public WasiState(WasiConfig config, int maxOpen, GuestLimit.Listener refusals) {
        this.config = config;
        this.maxOpen = maxOpen;
        this.refusals = refusals;
        open.put(0, new Descriptor.Input(config.stdin()));
        open.put(1, new Descriptor.Output(config.stdout()));
        open.put(2, new Descriptor.Output(config.stderr()));
        for (Preopen preopen : config.preopens()) {
            open.put(open.lastKey() + 1, new Descriptor.OpenFolder(Place.of(preopen), preopen.guestPath()));
        }
    }

    @Override
    public WasiState wasi() {
        return this;
    }

    WasiConfig config() {
        return config;
    }

    Descriptor get(int number) {
        Descriptor descriptor = open.get(number);
        if (descriptor == null) {
            throw new WasiError(Errno.BADF);
        }
        return descriptor;
    }

    Descriptor.OpenFolder folder(int number) {
        if (get(number) instanceof Descriptor.OpenFolder folder) {
            return folder;
        }
        throw new WasiError(Errno.NOTDIR);
    }

    Descriptor.OpenFile file(int number) {
        return switch (get(number)) {
            case Descriptor.OpenFile file -> file;
            case Descriptor.OpenFolder _ -> throw new WasiError(Errno.BADF);
            case Descriptor.Input _, Descriptor.Output _ -> throw new WasiError(Errno.SPIPE);
        };
    }

    /** What the guest gave up of a descriptor. */
    Rights.Dropped dropped(int number) {
        return dropped.getOrDefault(number, Rights.Dropped.NONE);
    }

    void drop(int number, Rights.Dropped rights) {
        dropped.put(number, rights);
    }

    /** Refuses when the guest gave up all of some rights. */
    void require(int number, long rights) {
        get(number);
        if ((~dropped(number).base() & rights) == 0) {
            throw new WasiError(Errno.NOTCAPABLE);
        }
    }

    /** Refuses one more when a guest has too many open. */
    void checkRoom() {
        if (open.size() >= maxOpen) {
            refusals.passed(GuestLimit.HANDLES);
            throw new WasiError(Errno.MFILE);
        }
    }

    /** Gives it the lowest free number. */
    int add(Descriptor descriptor) {
        int number = 0;
        for (int used : open.keySet()) {
            if (used != number) {
                break;
            }
            number++;
        }
        open.put(number, descriptor);
        return number;
    }

    void close(int number) throws IOException {
        Descriptor descriptor = get(number);
        open.remove(number);
        dropped.remove(number);
        descriptor.close();
    }

    void renumber(int from, int to) throws IOException {
        Descriptor moved = get(from);
        Descriptor replaced = get(to);
        if (from == to) {
            return;
        }
        open.remove(from);
        open.put(to, moved);
        dropped.put(to, dropped(from));
        dropped.remove(from);
        replaced.close();
    }

    /** Closes every file that the guest left open. */
    @Override
    public void close() {
        for (Map.Entry<Integer, Descriptor> entry : open.entrySet()) {
            try {
                entry.getValue().close();
            } catch (IOException e) {
                LOG.warn("cannot close descriptor {} of a guest", entry.getKey(), e);
            }
        }
        open.clear();
    }
}
