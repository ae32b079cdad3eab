package dev.polder.wasm.wasi.p2.clocks;

import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;

/** The record {@code datetime}: time since 1970-01-01T00:00:00Z. */
public record Datetime(long seconds, int nanoseconds) {

    /** Of nanoseconds since 1970; what is before has none. */
    public static Optional<Datetime> ofNanos(long nanos) {
        return nanos < 0
                ? Optional.empty()
                : Optional.of(new Datetime(nanos / 1_000_000_000, (int) (nanos % 1_000_000_000)));
    }

    /**
     * As the time of a file.
     *
     * @throws IllegalArgumentException when it has a billion nanoseconds or more, or is out of every range
     */
    public FileTime toFileTime() {
        if (nanoseconds < 0 || nanoseconds >= 1_000_000_000 || seconds < 0 || seconds > Instant.MAX.getEpochSecond()) {
            throw new IllegalArgumentException("datetime: " + this);
        }
        return FileTime.from(Instant.ofEpochSecond(seconds, nanoseconds));
    }
}
