package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.Component;
import dev.polder.wasm.engine.GuestFrame;
import dev.polder.wasm.engine.SourceLines;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where in the sources a guest's functions are. Answers are kept, since a guest that traps mostly traps again in the same
 * place; while one trap is looked up, others get the names only. For any thread.
 */
final class FrameLines {

    private static final Logger LOG = LoggerFactory.getLogger(FrameLines.class);
    private static final int KEPT = 20;

    private final Supplier<byte[]> wasm;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<List<GuestFrame>, List<TrapRecord.Frame>> known = new LinkedHashMap<>();

    /** @param wasm reads the file of the component or module; it is not kept */
    FrameLines(Supplier<byte[]> wasm) {
        this.wasm = wasm;
    }

    List<TrapRecord.Frame> of(List<GuestFrame> frames) {
        if (frames.stream().allMatch(frame -> frame.offset() < 0) || !lock.tryLock()) {
            return frames(frames, Map.of());
        }
        try {
            List<TrapRecord.Frame> before = known.get(frames);
            if (before != null) {
                return before;
            }
            List<TrapRecord.Frame> found = frames(frames, find(frames));
            if (known.size() == KEPT) {
                known.remove(known.keySet().iterator().next());
            }
            known.put(List.copyOf(frames), found);
            return found;
        } finally {
            lock.unlock();
        }
    }

    private Map<GuestFrame, SourceLines.Line> find(List<GuestFrame> frames) {
        try {
            byte[] bytes = wasm.get();
            if (!WasmHeader.isComponent("", bytes)) {
                return SourceLines.find(bytes, frames);
            }
            Map<GuestFrame, SourceLines.Line> lines = new HashMap<>();
            for (byte[] module : Component.coreModules(bytes)) {
                lines.putAll(SourceLines.find(module, frames));
            }
            return lines;
        } catch (Problem problem) {
            LOG.warn("no source lines for a trap: {}", problem.getMessage());
            return Map.of();
        }
    }

    private static List<TrapRecord.Frame> frames(List<GuestFrame> frames, Map<GuestFrame, SourceLines.Line> lines) {
        return frames.stream()
                .map(frame -> frame(FunctionNames.readable(frame.function()), lines.get(frame)))
                .toList();
    }

    private static TrapRecord.Frame frame(String function, SourceLines.@Nullable Line line) {
        return line == null
                ? new TrapRecord.Frame(function, null, 0)
                : new TrapRecord.Frame(function, line.file(), line.number());
    }
}
