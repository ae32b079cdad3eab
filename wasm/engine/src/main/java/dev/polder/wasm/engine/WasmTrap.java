package dev.polder.wasm.engine;

import dev.polder.kernel.model.Problem;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A guest was ended by a trap. Its store is good for nothing but closing: what the guest was in the middle of stays
 * half done.
 */
public final class WasmTrap extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 12;

    private final TrapCode code;
    private final transient List<GuestFrame> frames;
    private final String detail;

    /**
     * @param detail what happened, or null for the words of the code
     * @param frames the guest's functions, the innermost first
     */
    public WasmTrap(TrapCode code, @Nullable String detail, List<GuestFrame> frames, @Nullable Throwable cause) {
        super(message(detail == null ? code.text() : detail, frames), cause);
        this.code = code;
        this.detail = detail == null ? code.text() : detail;
        this.frames = List.copyOf(frames);
    }

    public WasmTrap(TrapCode code) {
        this(code, null, List.of(), null);
    }

    private static String message(String detail, List<GuestFrame> frames) {
        if (frames.isEmpty()) {
            return detail;
        }
        String shown = frames.stream().limit(SHOWN).map(GuestFrame::function).collect(Collectors.joining(" < "));
        return detail + " in " + shown + (frames.size() > SHOWN ? " < " + (frames.size() - SHOWN) + " more" : "");
    }

    /** The same, in these functions of the guest. */
    WasmTrap at(List<GuestFrame> where) {
        return new WasmTrap(code, detail, where, getCause());
    }

    public TrapCode code() {
        return code;
    }

    /** What happened, without the frames. */
    public String detail() {
        return detail;
    }

    /** The guest's functions, the innermost first. */
    public List<GuestFrame> frames() {
        return frames;
    }

    /** The same as the error of the house: DEADLINE (also of processor time), CANCELLED or INTERNAL, and the guest is the one that failed. */
    public Problem toProblem() {
        Problem.Code kind = switch (code) {
            case DEADLINE, CPU_TIME -> Problem.Code.DEADLINE;
            case CANCELLED -> Problem.Code.CANCELLED;
            default -> Problem.Code.INTERNAL;
        };
        return Problem.guest(kind, "guest: " + getMessage(), this);
    }
}
