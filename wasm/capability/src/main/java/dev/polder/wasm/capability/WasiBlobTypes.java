package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.engine.CallMemory;
import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.wasi.p2.io.ByteSink;
import dev.polder.wasm.wasi.p2.io.ByteSource;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.Resource;
import dev.polder.wasm.wasi.p2.io.WasiInputStream;
import dev.polder.wasm.wasi.p2.io.WasiOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code wasi:blobstore/types@0.2.0-draft} of one instance: values on their way in and out.
 *
 * <p>What a guest writes goes to a file, and becomes an object when the guest finishes the value: all of it or nothing.
 */
public final class WasiBlobTypes {

    static final String VERSION = "0.2.0-draft";

    /** How the linker finds it. */
    public static final HostInterface INTERFACE = HostInterface.of("wasi:blobstore/types", VERSION, WasiBlobTypes.class)
            .resource("outgoing-value", OutgoingValue.class)
            .resource("incoming-value", IncomingValue.class);

    private static final int ROOM = 256 * 1024;

    private final GuestIo io;
    private final BlobStores stores;

    public WasiBlobTypes(GuestIo io, BlobStores stores) {
        this.io = io;
        this.stores = stores;
    }

    static <T extends @Nullable Object> Result<T, String> attempt(Supplier<T> work) {
        try {
            return Result.ok(GuestExecutor.blocking(work::get));
        } catch (Problem e) {
            return Result.err(e.detail());
        }
    }

    static Result<@Nullable Void, String> done(Runnable work) {
        return WasiBlobTypes.<@Nullable Void>attempt(() -> {
            work.run();
            return null;
        });
    }

    @Wit("[static]outgoing-value.new-outgoing-value")
    public OutgoingValue newOutgoingValue() {
        return new OutgoingValue(io, stores);
    }

    /** Makes the value an object of every container that it was written to. Traps while its stream is there. */
    @Wit("[static]outgoing-value.finish")
    public Result<@Nullable Void, String> finish(OutgoingValue value) {
        value.requireNoChildren("outgoing-value.finish");
        try {
            return done(value::store);
        } finally {
            value.drop();
        }
    }

    /** The whole value, up to a limit. */
    @Wit("[static]incoming-value.incoming-value-consume-sync")
    public Result<byte[], String> consumeSync(IncomingValue value) {
        try {
            return attempt(() -> value.whole(stores.limits().readBytes()));
        } finally {
            value.drop();
        }
    }

    /** The value as a stream, which keeps it. */
    @Wit("[static]incoming-value.incoming-value-consume-async")
    public Result<WasiInputStream, String> consumeAsync(IncomingValue value) {
        WasiInputStream stream = new WasiInputStream(io, new Source(value.handOver()));
        value.drop();
        return Result.ok(stream);
    }

    /** {@code resource outgoing-value}. Dropped without being finished, it is nothing. */
    public static final class OutgoingValue extends Resource {

        /** Where it will go. */
        private record Destination(BlobBackend backend, String container, String name) {}

        private final BlobStores stores;
        private final List<Destination> destinations = new ArrayList<>();
        private @Nullable Sink sink;

        OutgoingValue(GuestIo io, BlobStores stores) {
            super(io);
            this.stores = stores;
        }

        /** The stream that takes the bytes; once. */
        @Wit("outgoing-value-write-body")
        public Result<WasiOutputStream, @Nullable Void> writeBody() {
            if (sink != null) {
                return Result.err(null);
            }
            io().checkRoom();
            return Result.ok(new WasiOutputStream(io(), this, file()));
        }

        private Sink file() {
            Sink now = sink;
            if (now == null) {
                try {
                    now = new Sink(stores, stores.embedded().incoming());
                } catch (IOException e) {
                    throw Problem.unavailable("blob store: " + e.getMessage(), e);
                }
                sink = now;
            }
            return now;
        }

        void writeTo(BlobBackend backend, String container, String name) {
            destinations.add(new Destination(backend, container, name));
        }

        private void store() {
            if (destinations.isEmpty()) {
                throw Problem.invalid("the value was written to no container (expected: write-data before finish)");
            }
            Path file = file().complete();
            for (Destination to : destinations) {
                to.backend.put(to.container, to.name, file);
            }
        }

        @Override
        protected void free() {
            if (sink != null) {
                sink.discard();
            }
        }
    }

    /** {@code resource incoming-value}. */
    public static final class IncomingValue extends Resource {

        private BlobBackend.@Nullable Content content;
        private final long size;

        IncomingValue(GuestIo io, BlobBackend.Content content) {
            super(io);
            this.content = content;
            this.size = content.size();
        }

        @Wit("size")
        public long size() {
            return size;
        }

        private byte[] whole(int most) {
            if (size > most) {
                throw Problem.tooLarge(
                        "a value of " + size + " bytes at once (expected: at most " + most + ", or read as a stream)");
            }
            CallMemory.hold(size);
            byte[] bytes = new byte[(int) size];
            try {
                BlobBackend.Content from = content;
                for (int at = 0; from != null && at < bytes.length; ) {
                    byte[] part = from.read(bytes.length - at);
                    if (part.length == 0) {
                        throw new IOException("it ended at " + at + " of " + size + " bytes");
                    }
                    System.arraycopy(part, 0, bytes, at, part.length);
                    at += part.length;
                }
                return bytes;
            } catch (IOException e) {
                throw Problem.unavailable("blob store: " + e.getMessage(), e);
            }
        }

        private BlobBackend.Content handOver() {
            BlobBackend.Content given = content;
            if (given == null) {
                throw trap("incoming-value: it was consumed already");
            }
            content = null;
            return given;
        }

        @Override
        protected void free() {
            if (content != null) {
                content.close();
            }
        }
    }

    /** Bytes into a file, up to the limit of an object. */
    private static final class Sink implements ByteSink {

        private final BlobStores stores;
        private final Path file;
        private final FileChannel channel;
        private long size;

        Sink(BlobStores stores, Path file) throws IOException {
            this.stores = stores;
            this.file = file;
            this.channel = FileChannel.open(file, StandardOpenOption.WRITE);
        }

        @Override
        public long room() {
            return ROOM;
        }

        @Override
        public void write(MemorySegment bytes) throws IOException {
            long next = size + bytes.byteSize();
            try {
                if (next > stores.limits().objectBytes()) {
                    throw stores.limits().tooLarge(next);
                }
                stores.incoming(bytes.byteSize());
            } catch (Problem e) {
                throw new IOException(e.detail(), e);
            }
            size = next;
            ByteBuffer left = bytes.asByteBuffer();
            while (left.hasRemaining()) {
                channel.write(left);
            }
        }

        @Override
        public boolean ready() {
            return true;
        }

        /** @return the file, while it is the whole value */
        Path complete() {
            try {
                if (channel.size() != size) {
                    throw Problem.unavailable("blob store: a value was written in part only", null);
                }
            } catch (IOException e) {
                throw Problem.unavailable("blob store: " + e.getMessage(), e);
            }
            return file;
        }

        void discard() {
            try {
                channel.close();
                Files.delete(file);
            } catch (IOException e) {
                throw Problem.unavailable("blob store: " + e.getMessage(), e);
            } finally {
                stores.done(size);
            }
        }
    }

    /** The bytes of a content. */
    private record Source(BlobBackend.Content content) implements ByteSource {

        @Override
        public @Nullable ByteBuffer read(int max) throws IOException {
            byte[] bytes = content.read(max);
            return bytes.length == 0 ? null : ByteBuffer.wrap(bytes);
        }

        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public void close() {
            content.close();
        }
    }
}
