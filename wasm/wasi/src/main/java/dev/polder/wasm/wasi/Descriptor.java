package dev.polder.wasm.wasi;

import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.wasi.internal.Errno;
import dev.polder.wasm.wasi.internal.FileKind;
import dev.polder.wasm.wasi.internal.FileOpening;
import dev.polder.wasm.wasi.internal.Place;
import dev.polder.wasm.wasi.internal.Stat;
import dev.polder.wasm.wasi.internal.WasiError;
import dev.polder.wasm.wasi.p2.io.PumpedSource;
import dev.polder.wasm.wasi.p2.io.Signal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import org.jspecify.annotations.Nullable;

/** Something that a guest has open. */
sealed interface Descriptor {

    /** The type {@code filetype}. */
    int kind();

    long rights();

    default long inheriting() {
        return 0;
    }

    default int flags() {
        return 0;
    }

    default void close() throws IOException {}

    /**
     * Standard input. A stream of the JDK cannot be asked whether a read would block: the first time that a guest waits for
     * it, a thread begins to read ahead.
     */
    final class Input implements Descriptor {
        private final InputStream stream;
        private final Signal signal = new Signal();
        private @Nullable PumpedSource ahead;

        Input(InputStream stream) {
            this.stream = stream;
        }

        /** As {@link InputStream#read(byte[])}. */
        int read(byte[] bytes) throws IOException {
            PumpedSource source = ahead;
            if (source == null) {
                return stream.read(bytes);
            }
            GuestExecutor.blocking(() -> await(Long.MAX_VALUE));
            ByteBuffer part = source.read(bytes.length);
            if (part == null) {
                return -1;
            }
            int count = part.remaining();
            part.get(bytes, 0, count);
            return count;
        }

        /** Bytes that a read gives at once; none at the end too. */
        int available() throws IOException {
            return ahead == null ? stream.available() : ahead.available();
        }

        /** Whether a read would give bytes, the end or an error at once; waits for it as long. */
        boolean await(long nanos) throws IOException {
            PumpedSource source = ahead;
            if (source == null) {
                if (stream.available() > 0) {
                    return true;
                }
                source = new PumpedSource(stream, signal);
                ahead = source;
            }
            long start = System.nanoTime();
            while (true) {
                long seen = signal.count();
                if (source.ready()) {
                    return true;
                }
                long left = nanos - (System.nanoTime() - start);
                if (left <= 0) {
                    return false;
                }
                signal.await(seen, left);
            }
        }

        @Override
        public int kind() {
            return FileKind.UNKNOWN;
        }

        @Override
        public long rights() {
            return Rights.FD_READ | Rights.POLL;
        }

        @Override
        public void close() {
            if (ahead != null) {
                ahead.end();
            }
        }
    }

    /** Standard output or error. */
    final class Output implements Descriptor {
        private final OutputSink sink;
        private long written;

        Output(OutputSink sink) {
            this.sink = sink;
        }

        void write(byte[] bytes, int length) throws IOException {
            written = sink.write(bytes, length, written);
        }

        @Override
        public int kind() {
            return FileKind.UNKNOWN;
        }

        @Override
        public long rights() {
            return Rights.FD_WRITE | Rights.POLL;
        }
    }

    /** A regular file. */
    final class OpenFile implements Descriptor {
        static final int APPEND = 1;

        private final SeekableByteChannel channel;
        private final Place place;
        private final Stat opened;
        private final boolean read;
        private final boolean write;
        private int flags;

        OpenFile(SeekableByteChannel channel, Place place, Stat opened, boolean read, boolean write, int flags) {
            this.channel = channel;
            this.place = place;
            this.opened = opened;
            this.read = read;
            this.write = write;
            this.flags = flags;
        }

        SeekableByteChannel channel() {
            return channel;
        }

        SeekableByteChannel readable() {
            if (!read) {
                throw new WasiError(Errno.BADF);
            }
            return channel;
        }

        SeekableByteChannel writable() {
            if (!write) {
                throw new WasiError(Errno.BADF);
            }
            return channel;
        }

        Place place() {
            return place;
        }

        /** What it is now. */
        Stat stat() throws IOException {
            return new FileOpening.Opened(channel, place, opened, read, write).now();
        }

        boolean appends() {
            return (flags & APPEND) != 0;
        }

        void flags(int newFlags) {
            flags = newFlags;
        }

        @Override
        public int flags() {
            return flags;
        }

        @Override
        public int kind() {
            return FileKind.REGULAR;
        }

        @Override
        public long rights() {
            return Rights.file(read, write);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /**
     * A folder.
     *
     * @param preopenName its name for the guest, or null when the guest opened it itself
     */
    record OpenFolder(Place place, @Nullable String preopenName) implements Descriptor {
        @Override
        public int kind() {
            return FileKind.FOLDER;
        }

        @Override
        public long rights() {
            return Rights.folder(place.root().writable());
        }

        @Override
        public long inheriting() {
            return Rights.inFolder(place.root().writable());
        }

        @Override
        public void close() {
            place.release();
        }
    }
}
