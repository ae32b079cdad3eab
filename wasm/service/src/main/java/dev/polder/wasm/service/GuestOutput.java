package dev.polder.wasm.service;

import dev.polder.wasm.engine.HostMemory;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Where the output of one guest run goes. Used by the guest's thread alone. */
final class GuestOutput {

    private GuestOutput() {}

    /** Collects bytes; unlike the JDK's it lets its array be read without a copy. */
    static final class Bytes extends OutputStream {
        private final HostMemory.Account held;
        private byte[] array = new byte[1024];
        private int size;

        /** @param held counts it */
        Bytes(HostMemory.Account held) {
            this.held = held;
        }

        @Override
        public void write(int b) {
            room(1);
            array[size++] = (byte) b;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            room(length);
            System.arraycopy(bytes, offset, array, size, length);
            size += length;
        }

        private void room(int length) {
            if (size + length > array.length) {
                int before = array.length;
                int wanted = Math.max(size + length, before * 2);
                held.hold(wanted); // both are there for a moment
                array = Arrays.copyOf(array, wanted);
                held.release(before);
            }
        }

        byte[] array() {
            return array;
        }

        int size() {
            return size;
        }
    }

    /** Cuts bytes into lines for a log; what is more than the limits of the app grant is counted and not kept. */
    static final class Lines extends OutputStream {
        private static final int MAX_LINE = 4096;

        /** What Rust's panics end with, which says nothing of this one. */
        private static final String NOTE = "note: run with `RUST_BACKTRACE=";

        private final Observation observed;
        private final LogLine.Stream stream;
        private final String component;
        private final AppLimits limits;
        private final long most;
        private byte[] line = new byte[128];
        private int length;
        private long written;
        private long dropped;
        private boolean cut; // in a line that is not kept, or not to its end
        private String last = "";

        Lines(Observation observed, LogLine.Stream stream, String component, AppLimits limits) {
            this(observed, stream, component, limits, limits.logBytes());
        }

        /** @param most bytes that are kept, instead of what a request may write */
        Lines(Observation observed, LogLine.Stream stream, String component, AppLimits limits, long most) {
            this.observed = observed;
            this.stream = stream;
            this.component = component;
            this.limits = limits;
            this.most = most;
        }

        @Override
        public void write(int b) {
            if (++written > most) {
                dropped += b == '\n' ? 1 : 0;
                cut = b != '\n';
                return;
            }
            if (b == '\n' || length == MAX_LINE) {
                emit();
            }
            if (b != '\n' && b != '\r') {
                if (length == line.length) {
                    line = Arrays.copyOf(line, length * 2);
                }
                line[length++] = (byte) b;
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int count) {
            for (int i = offset; i < offset + count; i++) {
                write(bytes[i]);
            }
        }

        /** Logs what stands after the last line end, and tells what was not kept; again it does nothing. */
        void finish() {
            if (length > 0) {
                emit();
            }
            dropped += cut ? 1 : 0;
            if (dropped > 0) {
                observed.dropped(dropped);
            }
            dropped = 0;
            cut = false;
        }

        /** After {@link #finish}: counts anew, for the next request. */
        void restart() {
            written = 0;
            last = "";
        }

        /** The last line with content, for error messages. */
        String last() {
            return last;
        }

        private void emit() {
            String text = new String(line, 0, length, StandardCharsets.UTF_8);
            length = 0;
            if (!text.isBlank() && !text.startsWith(NOTE)) {
                last = text;
            }
            if (!observed.line(stream, component, text, limits.logBytesPerSecond())) {
                dropped++;
            }
        }
    }
}
