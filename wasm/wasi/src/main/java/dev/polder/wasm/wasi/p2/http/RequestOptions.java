package dev.polder.wasm.wasi.p2.http;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.Resource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The resource {@code request-options}: times in nanoseconds. */
public final class RequestOptions extends Resource {

    private Optional<Long> connectTimeout = Optional.empty();
    private Optional<Long> firstByteTimeout = Optional.empty();
    private Optional<Long> betweenBytesTimeout = Optional.empty();

    RequestOptions(GuestIo io) {
        super(io);
    }

    @Wit("connect-timeout")
    public Optional<Long> connectTimeout() {
        return connectTimeout;
    }

    @Wit("set-connect-timeout")
    public Result<@Nullable Void, @Nullable Void> setConnectTimeout(Optional<Long> duration) {
        connectTimeout = duration;
        return Result.ok(null);
    }

    @Wit("first-byte-timeout")
    public Optional<Long> firstByteTimeout() {
        return firstByteTimeout;
    }

    @Wit("set-first-byte-timeout")
    public Result<@Nullable Void, @Nullable Void> setFirstByteTimeout(Optional<Long> duration) {
        firstByteTimeout = duration;
        return Result.ok(null);
    }

    @Wit("between-bytes-timeout")
    public Optional<Long> betweenBytesTimeout() {
        return betweenBytesTimeout;
    }

    @Wit("set-between-bytes-timeout")
    public Result<@Nullable Void, @Nullable Void> setBetweenBytesTimeout(Optional<Long> duration) {
        betweenBytesTimeout = duration;
        return Result.ok(null);
    }

    Timeouts orElse(Timeouts defaults) {
        return new Timeouts(
                Timeouts.shorter(connectTimeout, defaults.connect()),
                Timeouts.shorter(firstByteTimeout, defaults.firstByte()),
                Timeouts.shorter(betweenBytesTimeout, defaults.betweenBytes()));
    }
}
