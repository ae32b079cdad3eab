package dev.polder.wasm.wasi.p2.cli;

import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.OutputSink;
import dev.polder.wasm.wasi.WasiConfig;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.PumpedSource;
import dev.polder.wasm.wasi.p2.io.StreamSink;
import dev.polder.wasm.wasi.p2.io.WasiInputStream;
import dev.polder.wasm.wasi.p2.io.WasiOutputStream;
import java.lang.foreign.ValueLayout;

/** The interfaces {@code wasi:cli/stdin}, {@code stdout} and {@code stderr}. All streams of one go the same way. */
public final class StandardStreams implements AutoCloseable {

    private final GuestIo io;
    private final PumpedSource input;
    private final StreamSink output;
    private final StreamSink error;

    public StandardStreams(GuestIo io, WasiConfig config) {
        this.io = io;
        this.input = new PumpedSource(config.stdin(), io.signal());
        this.output = limited(config.stdout());
        this.error = limited(config.stderr());
    }

    private static StreamSink limited(OutputSink sink) {
        long[] written = {0};
        return new StreamSink(bytes -> {
            byte[] copy = bytes.toArray(ValueLayout.JAVA_BYTE);
            written[0] = sink.write(copy, copy.length, written[0]);
        });
    }

    @Wit("get-stdin")
    public WasiInputStream getStdin() {
        return new WasiInputStream(io, input);
    }

    @Wit("get-stdout")
    public WasiOutputStream getStdout() {
        return new WasiOutputStream(io, output);
    }

    @Wit("get-stderr")
    public WasiOutputStream getStderr() {
        return new WasiOutputStream(io, error);
    }

    /** Stops reading ahead. */
    @Override
    public void close() {
        input.end();
    }
}
