package dev.polder.wasm.wasi;

import dev.polder.wasm.wasi.internal.Errno;
import dev.polder.wasm.wasi.internal.Walk;
import dev.polder.wasm.wasi.internal.WasiError;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Setting the times of a file, with the flags of the type {@code fstflags}. */
final class FileTimes {

    private static final int ACCESSED = 1;
    private static final int ACCESSED_NOW = 2;
    private static final int MODIFIED = 4;
    private static final int MODIFIED_NOW = 8;
    private static final int KNOWN = 15;

    private FileTimes() {}

    static void set(Walk walk, WasiState state, long accessed, long modified, int flags) {
        if ((flags & ~KNOWN) != 0 || both(flags, ACCESSED | ACCESSED_NOW) || both(flags, MODIFIED | MODIFIED_NOW)) {
            throw new WasiError(Errno.INVAL);
        }
        long now = state.config().clock().realtimeNanos();
        walk.setTimes(
                time(flags, ACCESSED, ACCESSED_NOW, accessed, now), time(flags, MODIFIED, MODIFIED_NOW, modified, now));
    }

    private static boolean both(int flags, int two) {
        return (flags & two) == two;
    }

    private static @Nullable FileTime time(int flags, int given, int current, long value, long now) {
        if ((flags & given) != 0) {
            return FileTime.from(value, TimeUnit.NANOSECONDS);
        }
        return (flags & current) != 0 ? FileTime.from(now, TimeUnit.NANOSECONDS) : null;
    }
}
