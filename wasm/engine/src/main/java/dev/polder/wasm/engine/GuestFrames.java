package dev.polder.wasm.engine;

import dev.polder.kernel.model.Problem;
import java.util.List;

/** The way to a host function that failed and so ended its guest: the guest's functions, as a trap of its own has them. */
public final class GuestFrames {

    private GuestFrames() {}

    /**
     * The same failure, with the functions that led to it.
     *
     * @param frames the innermost first
     */
    public static RuntimeException in(RuntimeException failure, List<GuestFrame> frames) {
        if (frames.isEmpty()) {
            return failure;
        }
        return switch (failure) {
            case WasmTrap trap when trap.frames().isEmpty() -> trap.at(frames);
            case Problem problem
            when of(problem).isEmpty() -> {
                problem.addSuppressed(new WasmTrap(TrapCode.HOST, problem.detail(), frames, null));
                yield problem;
            }
            default -> failure;
        };
    }

    /** The functions that led to it, the innermost first; none when it came from nowhere in a guest. */
    public static List<GuestFrame> of(Problem problem) {
        for (Throwable with : problem.getSuppressed()) {
            if (with instanceof WasmTrap trap) {
                return trap.frames();
            }
        }
        return List.of();
    }
}
