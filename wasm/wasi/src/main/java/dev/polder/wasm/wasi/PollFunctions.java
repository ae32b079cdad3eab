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

    private static final int HANGUP = 1;

    private record Event(long userData, int errno, int kind, long bytes, int flags) {
        Event(long userData, int errno, int kind, long bytes) {
            this(userData, errno, kind, bytes, 0);
        }
    }

    private record Timer(long userData, long nanos) {}

    private record Input(long userData, Descriptor.Input stream) {}

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
        List<Input> inputs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long at = in + (long) i * SUBSCRIPTION;
            switch (memory.getByte(at + 8)) {
                case CLOCK -> clock(state, memory, at, events, timers);
                case READ -> readable(state, memory, at, events, inputs);
                case WRITE -> events.add(writable(state, memory, at));
                default -> throw new WasiError(Errno.INVAL);
            }
        }
        expire(call, events, timers, inputs);
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

    private static void readable(WasiState state, WasmMemory memory, long at, List<Event> events, List<Input> inputs)
            throws IOException {
        long userData = memory.getLong(at);
        try {
            state.require(memory.getInt(at + 16), Rights.POLL);
            switch (state.get(memory.getInt(at + 16))) {
                case Descriptor.Input input -> inputs.add(new Input(userData, input));
                case Descriptor.OpenFile file ->
                    events.add(new Event(
                            userData,
                            Errno.SUCCESS,
                            READ,
                            Math.max(0, file.channel().size() - file.channel().position())));
                case Descriptor.Output _, Descriptor.OpenFolder _ ->
                    events.add(new Event(userData, Errno.BADF, READ, 0));
            }
        } catch (WasiError e) {
            events.add(new Event(userData, e.errno(), READ, 0));
        }
    }

    private static Event writable(WasiState state, WasmMemory memory, long at) {
        long userData = memory.getLong(at);
        try {
            state.require(memory.getInt(at + 16), Rights.POLL);
            return switch (state.get(memory.getInt(at + 16))) {
                case Descriptor.Output _, Descriptor.OpenFile _ -> new Event(userData, Errno.SUCCESS, WRITE, 64 * 1024);
                case Descriptor.Input _, Descriptor.OpenFolder _ -> new Event(userData, Errno.BADF, WRITE, 0);
            };
        } catch (WasiError e) {
            return new Event(userData, e.errno(), WRITE, 0);
        }
    }

    /** Adds the timers that are over and the input that is there, after waiting for the first when nothing else happened. */
    private static void expire(HostCall call, List<Event> events, List<Timer> timers, List<Input> inputs)
            throws IOException, InterruptedException {
        long first =
                events.isEmpty() ? timers.stream().mapToLong(Timer::nanos).min().orElse(Long.MAX_VALUE) : 0;
        long left = call.remaining().toNanos();
        boolean readable = false;
        long waited = 0;
        if (!inputs.isEmpty() && inputs.getFirst().stream().await(0)) {
            readable = true;
        } else if (events.isEmpty()) {
            long start = System.nanoTime();
            if (inputs.isEmpty()) {
                GuestExecutor.blocking(() -> {
                    Thread.sleep(Duration.ofNanos(Math.min(first, left)));
                    return null;
                });
            } else {
                // There is one standard input, however often it is asked for.
                readable =
                        GuestExecutor.blocking(() -> inputs.getFirst().stream().await(Math.min(first, left)));
            }
            if (!readable && first >= left) {
                throw new WasmTrap(TrapCode.DEADLINE);
            }
            waited = readable ? System.nanoTime() - start : first;
        }
        for (Input input : inputs) {
            if (readable) {
                int bytes = input.stream().available();
                events.add(new Event(input.userData(), Errno.SUCCESS, READ, bytes, bytes == 0 ? HANGUP : 0));
            }
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
        memory.setShort(address + 24, (short) event.flags());
    }
}
