package dev.polder.wasm.wasi;

import dev.polder.wasm.engine.HostCall;
import dev.polder.wasm.engine.WasmMemory;
import dev.polder.wasm.wasi.internal.Errno;
import dev.polder.wasm.wasi.internal.WasiError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Arguments, environment, clocks, random numbers, and the end of the program. */
final class EnvironmentFunctions {

    private static final int REALTIME = 0;
    private static final int MONOTONIC = 1;
    private static final int PROCESS_TIME = 2;
    private static final int THREAD_TIME = 3;
    private static final int RANDOM_PART = 64 * 1024;
    private static final int SIGNAL_EXIT = 128;

    private EnvironmentFunctions() {}

    static void add(Wasi.Registrar to) {
        to.add("args_get", "ii", (s, c) -> strings(args(s), c));
        to.add("args_sizes_get", "ii", (s, c) -> sizes(args(s), c));
        to.add("environ_get", "ii", (s, c) -> strings(environment(s), c));
        to.add("environ_sizes_get", "ii", (s, c) -> sizes(environment(s), c));
        to.add("clock_res_get", "ii", EnvironmentFunctions::clockResolution);
        to.add("clock_time_get", "iIi", EnvironmentFunctions::clockTime);
        to.add("random_get", "ii", EnvironmentFunctions::random);
        // Guests have one thread each; there is nobody to give way to.
        to.add("sched_yield", "", (s, c) -> {});
        to.addSilent("proc_exit", "i", (s, c) -> {
            throw new GuestExit(c.i32(0));
        });
        // There are no signals; what raises one without a handler ends as it would.
        to.add("proc_raise", "i", (s, c) -> {
            throw new GuestExit(SIGNAL_EXIT + c.i32(0));
        });
    }

    private static List<byte[]> args(WasiState state) {
        return state.config().args().stream()
                .map(EnvironmentFunctions::terminated)
                .toList();
    }

    private static List<byte[]> environment(WasiState state) {
        List<byte[]> variables = new ArrayList<>();
        state.config().env().forEach((name, value) -> variables.add(terminated(name + "=" + value)));
        return variables;
    }

    private static byte[] terminated(String text) {
        return (text + "\0").getBytes(StandardCharsets.UTF_8);
    }

    private static void sizes(List<byte[]> strings, HostCall call) {
        WasmMemory memory = call.memory();
        memory.setInt(call.u32(0), strings.size());
        memory.setInt(call.u32(1), strings.stream().mapToInt(s -> s.length).sum());
    }

    private static void strings(List<byte[]> strings, HostCall call) {
        WasmMemory memory = call.memory();
        long pointers = call.u32(0);
        long text = call.u32(1);
        for (byte[] string : strings) {
            memory.setInt(pointers, (int) text);
            memory.write(text, string);
            pointers += 4;
            text += string.length;
        }
    }

    private static void clockResolution(WasiState state, HostCall call) {
        int clock = call.i32(0);
        if (clock < REALTIME || clock > THREAD_TIME) {
            throw new WasiError(Errno.INVAL);
        }
        call.memory().setLong(call.u32(1), clock == REALTIME ? 1_000 : 1);
    }

    private static void clockTime(WasiState state, HostCall call) {
        call.memory().setLong(call.u32(2), time(state, call.i32(0)));
    }

    /** What a clock shows, in nanoseconds. */
    static long time(WasiState state, int clock) {
        WasiClock clocks = state.config().clock();
        return switch (clock) {
            case REALTIME -> clocks.realtimeNanos();
            // A guest's processor time is not told apart from the time that passes.
            case MONOTONIC, PROCESS_TIME, THREAD_TIME -> clocks.monotonicNanos();
            default -> throw new WasiError(Errno.INVAL);
        };
    }

    private static void random(WasiState state, HostCall call) {
        WasmMemory memory = call.memory();
        long address = call.u32(0);
        long left = call.u32(1);
        memory.slice(address, left);
        while (left > 0) {
            byte[] part = new byte[(int) Math.min(left, RANDOM_PART)];
            state.config().random().accept(part);
            memory.write(address, part);
            address += part.length;
            left -= part.length;
        }
    }
}
