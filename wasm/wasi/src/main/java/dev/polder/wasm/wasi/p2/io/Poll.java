package dev.polder.wasm.wasi.p2.io;

import dev.polder.wasm.component.Wit;
import java.util.Arrays;
import java.util.List;

/** The interface {@code wasi:io/poll}. */
public final class Poll {

    private static final int MOST = 10_000;

    private final GuestIo io;

    public Poll(GuestIo io) {
        this.io = io;
    }

    /** Waits until one of them is ready; gives the indices of those that are. Traps when there are none. */
    @Wit("poll")
    public int[] poll(List<Pollable> pollables) {
        if (pollables.isEmpty() || pollables.size() > MOST) {
            throw Resource.trap("poll: " + pollables.size() + " pollables (expected: 1 to " + MOST + ")");
        }
        Any any = new Any(pollables);
        io.await(any);
        return Arrays.copyOf(any.ready, any.count);
    }

    private static final class Any implements Readiness {
        private final List<Pollable> pollables;
        private final int[] ready;
        private int count;

        Any(List<Pollable> pollables) {
            this.pollables = pollables;
            this.ready = new int[pollables.size()];
        }

        @Override
        public boolean ready() {
            count = 0;
            for (int i = 0; i < ready.length; i++) {
                if (pollables.get(i).ready()) {
                    ready[count++] = i;
                }
            }
            return count > 0;
        }

        @Override
        public long nanosLeft() {
            long least = Long.MAX_VALUE;
            for (Pollable pollable : pollables) {
                least = Math.min(least, pollable.nanosLeft());
            }
            return least;
        }
    }
}
