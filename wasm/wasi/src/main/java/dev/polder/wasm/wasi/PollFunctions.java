package dev.polder.wasm.wasi;

import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.engine.HostCall;
import dev.polder.wasm.engine.TrapCode;
import dev.polder.wasm.engine.WasmMemory;
import dev.polder.wasm.engine.WasmTrap;
import dev.polder.wasm.wasi.internal.Errno;
import dev.polder.wasm.wasi.internal.WasiError;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code poll_oneoff}: waits for clocks and descriptors, no longer than the guest's time allows. */
final class PollFunctions {

    private static final int SUBSCRIPTION = 48;
    private static final int EVENT = 32;
    private static final int MAX_COUNT = 4_096;

    private static final int CLOCK = 0;
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int ABSOLUTE = 1;

    private record Event(long userData, int errno, int kind, long bytes) {}

    private record Timer(long userData, long nanos) {}

    private PollFunctions() {}

    static void add(Wasi.Registrar to) {
        to.add("poll_oneoff", "iiii", PollFunctions::poll);
    }

    private static void poll(WasiState state, HostCall call) throws IOException, InterruptedException {
        long in = call.u32(0);
        long out = call.u32(1);
        int count = call.i32(2);
        if (count <= 0 || count > MAX_COUNT) {
            throw new WasiError(Errno.INVAL);
        }
        WasmMemory memory = call.memory();
        memory.slice(in, (long) count * SUBSCRIPTION);
        memory.slice(out, (long) count * EVENT);
        List<Event> events = new ArrayList<>();
        List<Timer> timers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long at = in + (long) i * SUBSCRIPTION;
            switch (memory.getByte(at + 8)) {
                case CLOCK -> clock(state, memory, at, events, timers);
                case READ -> events.add(readable(state, memory, at));
                case WRITE -> events.add(writable(state, memory, at));
                default -> throw new WasiError(Errno.INVAL);
            }
        }
        expire(call, events, timers);
        for (int i = 0; i < events.size(); i++) {
            write(memory, out + (long) i * EVENT, events.get(i));
        }
        memory.setInt(call.u32(3), events.size());
    }

    private static void clock(WasiState state, WasmMemory memory, long at, List<Event> events, List<Timer> timers) {
        long userData = memory.getLong(at);
        try {
            long now = EnvironmentFunctions.time(state, memory.getInt(at + 16));
            long timeout = memory.getLong(at + 24);
            boolean absolute = (memory.getShort(at + 40) & ABSOLUTE) != 0;
            // Unsigned: what is beyond three centuries is as good as never.
            long wait = timeout < 0 ? Long.MAX_VALUE : absolute ? Math.max(0, timeout - now) : timeout;
            timers.add(new Timer(userData, wait));
        } catch (WasiError e) {
            events.add(new Event(userData, e.errno(), CLOCK, 0));
        }
    }

    private static Event readable(WasiState state, WasmMemory memory, long at) throws IOException {
        long userData = memory.getLong(at);
        try {
            return switch (state.get(memory.getInt(at + 16))) {
                // A stream that would block cannot be asked; the read itself then waits.
                case Descriptor.Input input ->
                    new Event(
                            userData,
                            Errno.SUCCESS,
                            READ,
                            Math.max(1, input.stream().available()));
                case Descriptor.OpenFile file ->
                    new Event(
                            userData,
                            Errno.SUCCESS,
                            READ,
                            Math.max(0, file.channel().size() - file.channel().position()));
                case Descriptor.Output _, Descriptor.OpenFolder _ -> new Event(userData, Errno.BADF, READ, 0);
            };
        } catch (WasiError e) {
            return new Event(userData, e.errno(), READ, 0);
        }
    }

    private static Event writable(WasiState state, WasmMemory memory, long at) {
        long userData = memory.getLong(at);
        try {
            return switch (state.get(memory.getInt(at + 16))) {
                case Descriptor.Output _, Descriptor.OpenFile _ -> new Event(userData, Errno.SUCCESS, WRITE, 64 * 1024);
                case Descriptor.Input _, Descriptor.OpenFolder _ -> new Event(userData, Errno.BADF, WRITE, 0);
            };
        } catch (WasiError e) {
            return new Event(userData, e.errno(), WRITE, 0);
        }
    }

    /** Adds the timers that are over, after waiting for the first of them when nothing else has happened. */
    private static void expire(HostCall call, List<Event> events, List<Timer> timers) throws InterruptedException {
        long first = timers.stream().mapToLong(Timer::nanos).min().orElse(Long.MAX_VALUE);
        long waited = 0;
        if (events.isEmpty()) {
            long left = call.remaining().toNanos();
            GuestExecutor.blocking(() -> {
                Thread.sleep(Duration.ofNanos(Math.min(first, left)));
                return null;
            });
            if (first >= left) {
                throw new WasmTrap(TrapCode.DEADLINE);
            }
            waited = first;
        }
        for (Timer timer : timers) {
            if (timer.nanos() <= waited) {
                events.add(new Event(timer.userData(), Errno.SUCCESS, CLOCK, 0));
            }
        }
    }

    private static void write(WasmMemory memory, long address, Event event) {
        memory.fill(address, EVENT, (byte) 0);
        memory.setLong(address, event.userData());
        memory.setShort(address + 8, (short) event.errno());
        memory.setByte(address + 10, (byte) event.kind());
        memory.setLong(address + 16, event.bytes());
    }
}
