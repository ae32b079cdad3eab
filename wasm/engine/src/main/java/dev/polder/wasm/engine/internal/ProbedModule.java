package dev.polder.wasm.engine.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.ExternType;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.MemoryType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * A guest that computes has to end in time, and asking "is it over?" at the head of each loop costs as much as a short
 * loop does: a load, a comparison and a branch made loops of ten instructions take up to three times as long. So a module gets
 * one more memory of one page, and its code a load from there, of which nothing is used:
 *
 *     loop ...        ->    loop ... (drop (i32.atomic.load8_u $probe (i32.const 0)))
 *
 * That is one machine instruction and no branch. To end the guest the host takes the page's permission to be read away, and the
 * next such load traps. Nothing else ever uses that memory, neither the guest, which has no name for it, nor the engine's
 * own code that copies for the guest: a fault there could not be caught.
 *
 * The load is atomic because a compiler may leave out a second plain load from where nothing is ever stored.
 *
 * Where a guest cannot run for ever no load is needed: in functions without a loop that call at most one other, and not in
 * their own place. Through those alone a guest comes at most as deep as its stack goes. Everything that runs for long passes a
 * loop, a tail call or a function that calls twice.
 *
 * The start function would run before the host knows where that page is; it is exported, and called by the host.
 */
/**
 * A module that a host can end at any time, by protecting one page of memory: what {@link #bytes} has more than the module
 * that was read. (WebAssembly core specification 3.0, section 5.4.)
 */
public final class ProbedModule {

    /** The exported memory whose first page is looked at. */
    public static final String PROBE = "polder:probe";

    /** The exported function of no parameters that is the module's start. */
    public static final String START = "polder:start";

    private static final int I32_CONST = 0x41;
    private static final int ATOMIC = 0xfe;
    private static final int ATOMIC_LOAD_8 = 0x12;
    private static final int OF_MEMORY = 0x40;
    private static final int DROP = 0x1a;
    private static final int PROBE_BYTES = 8;

    /** Memories of a module whose number takes one byte: many more than any engine grants. */
    private static final int MOST_MEMORIES = 127;

    private static final int MEMORY_KIND = 2;
    private static final int FUNCTION_KIND = 0;

    private final byte[] module;
    private final ModuleTypes types;
    private final ByteReader in;
    private final List<Section> sections = new ArrayList<>();
    private final Instructions instructions;
    private final byte[] bytes;
    private final int importedFunctions;
    private Bodies bodies = Bodies.NONE;
    private boolean hasProbe;

    private record Section(int id, int from, int end) {}

    /**
     * Where bodies begin, in both forms, and where the probes of the new one are: at {@code probes[i]} a probe begins, and they
     * are in order.
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and never handed out
    private record Bodies(int[] before, int[] after, int[] probes) {
        static final Bodies NONE = new Bodies(new int[0], new int[0], new int[0]);

        Bodies moved(int by) {
            return new Bodies(
                    before,
                    Arrays.stream(after).map(at -> at + by).toArray(),
                    Arrays.stream(probes).map(at -> at + by).toArray());
        }
    }

    /**
     * Reads a module.
     *
     * @param types what {@link ModuleReader} read of the same bytes
     * @throws Problem INVALID with the offset where it is malformed, also for an instruction that is not known; TOO_LARGE
     *     with more memories than a probe's number has bytes for
     */
    public static ProbedModule of(byte[] module, ModuleTypes types) {
        try {
            return new ProbedModule(module, types);
        } catch (ByteReader.Malformed e) {
            throw e.problem();
        }
    }

    private ProbedModule(byte[] module, ModuleTypes types) {
        this.module = module;
        this.types = types;
        this.in = new ByteReader(module);
        this.instructions = new Instructions(in);
        this.importedFunctions = imported(FunctionType.class);
        in.skipTo(8);
        while (in.remaining() > 0) {
            int id = in.oneByte();
            int size = in.size("section");
            sections.add(new Section(id, in.position(), in.position() + size));
            in.skipTo(in.position() + size);
        }
        bytes = written();
    }

    /** The module to be compiled: the very same when nothing in it can run for long. */
    @SuppressWarnings("ReturnedArray") // as large as the module, and read only
    public byte[] bytes() {
        return bytes;
    }

    /** Whether it has a memory {@link #PROBE}. */
    public boolean hasProbe() {
        return hasProbe;
    }

    /**
     * Where an instruction is in the module that was read.
     *
     * @param function index in the module's functions, imported ones first
     * @param start where its body begins in {@link #bytes}
     * @param offset of the instruction in {@link #bytes}
     * @return its offset there; -1 when no such function begins at {@code start}
     */
    public long original(int function, long start, long offset) {
        int defined = function - importedFunctions;
        if (defined < 0 || defined >= bodies.after.length || bodies.after[defined] != start) {
            return -1;
        }
        int from = Arrays.binarySearch(bodies.probes, (int) start);
        int place = Arrays.binarySearch(bodies.probes, (int) offset);
        int first = from < 0 ? -from - 1 : from;
        int last = place < 0 ? -place - 1 : place;
        long inserted = (long) (last - first) * PROBE_BYTES;
        if (place < 0 && last > first && offset < bodies.probes[last - 1] + PROBE_BYTES) {
            // Within a probe, it stands for the place where that was put.
            inserted -= bodies.probes[last - 1] + PROBE_BYTES - offset;
        }
        return bodies.before[defined] + (offset - start) - inserted;
    }

    private int imported(Class<? extends ExternType> kind) {
        return (int) types.imports().stream()
                .filter(item -> kind.isInstance(item.type()))
                .count();
    }

    private byte[] written() {
        int memory = imported(MemoryType.class) + types.memories().size();
        Section code = section(10);
        if (code == null) {
            return module;
        }
        Output content = code(code, memory);
        if (bodies.probes.length == 0) {
            bodies = new Bodies(bodies.before, bodies.before, bodies.probes);
            return module;
        }
        if (memory > MOST_MEMORIES) {
            // An imported memory counts each time it is imported, so that no pool's limit holds here.
            throw Problem.tooLarge("module: " + memory + " memories (expected: at most " + MOST_MEMORIES + ")");
        }
        hasProbe = true;
        Output out = new Output(module.length + bodies.probes.length * PROBE_BYTES + 64);
        out.write(module, 0, 8);
        boolean memories = false;
        boolean exports = false;
        for (Section section : sections) {
            int order = order(section.id);
            if (!memories && order > order(5)) {
                memories = true;
                memories(out, section(5));
            }
            if (!exports && order > order(7)) {
                exports = true;
                exports(out, section(7), memory);
            }
            switch (section.id) {
                case 5, 7, 8 -> {}
                case 10 -> {
                    int begin = out.section(10, content);
                    bodies = bodies.moved(begin);
                }
                default -> out.section(section.id, module, section.from, section.end);
            }
        }
        return out.toByteArray();
    }

    private @Nullable Section section(int id) {
        for (Section section : sections) {
            if (section.id == id) {
                return section;
            }
        }
        return null;
    }

    /** Of a section among the others; those of names and other customs may stand anywhere. */
    private static int order(int id) {
        return switch (id) {
            case 0 -> -1;
            case 13 -> 55;
            case 12 -> 95;
            default -> id * 10;
        };
    }

    private void memories(Output out, @Nullable Section section) {
        Output content = new Output(16);
        int count = 0;
        if (section != null) {
            in.skipTo(section.from);
            count = in.count();
        }
        content.number(count + 1);
        if (section != null) {
            content.write(module, in.position(), section.end - in.position());
        }
        content.write(1); // with a maximum
        content.number(1);
        content.number(1);
        out.section(5, content);
    }

    private void exports(Output out, @Nullable Section section, int memory) {
        Section start = section(8);
        Output content = new Output(64);
        int count = 0;
        if (section != null) {
            in.skipTo(section.from);
            count = in.count();
        }
        content.number(count + (start == null ? 1 : 2));
        if (section != null) {
            content.write(module, in.position(), section.end - in.position());
        }
        content.export(PROBE, MEMORY_KIND, memory);
        if (start != null) {
            in.skipTo(start.from);
            content.export(START, FUNCTION_KIND, in.index());
        }
        out.section(7, content);
    }

    private Output code(Section section, int memory) {
        Output out = new Output(section.end - section.from);
        in.skipTo(section.from);
        int count = in.count();
        out.number(count);
        int[] before = new int[count];
        int[] after = new int[count];
        Places probes = new Places();
        for (int i = 0; i < count; i++) {
            int size = in.size("function body");
            int from = in.position();
            int end = from + size;
            Places places = instructions.body(end);
            out.number(size + places.count * PROBE_BYTES);
            before[i] = from;
            after[i] = out.size();
            for (int p = 0; p < places.count; p++) {
                int at = places.at[p];
                out.write(module, from, at - from);
                probes.add(out.size());
                out.probe(memory);
                from = at;
            }
            out.write(module, from, end - from);
        }
        if (in.position() != section.end) {
            throw in.malformed("the code section ends here (expected: at byte " + section.end + ")");
        }
        bodies = new Bodies(before, after, Arrays.copyOf(probes.at, probes.count));
        return out;
    }

    /** Offsets in order. */
    static final class Places {
        private int[] at = new int[8];
        private int count;

        void add(int place) {
            if (count == at.length) {
                at = Arrays.copyOf(at, count * 2);
            }
            at[count++] = place;
        }

        void addAll(Places others) {
            for (int i = 0; i < others.count; i++) {
                add(others.at[i]);
            }
        }
    }

    private static final class Output extends ByteArrayOutputStream {
        Output(int size) {
            super(size);
        }

        void number(int value) {
            int left = value;
            while (left >= 0x80) {
                write((left & 0x7f) | 0x80);
                left >>>= 7;
            }
            write(left);
        }

        void export(String name, int kind, int index) {
            byte[] text = name.getBytes(StandardCharsets.UTF_8);
            number(text.length);
            write(text, 0, text.length);
            write(kind);
            number(index);
        }

        void probe(int memory) {
            write(I32_CONST);
            write(0);
            write(ATOMIC);
            write(ATOMIC_LOAD_8);
            write(OF_MEMORY);
            write(memory);
            write(0);
            write(DROP);
        }

        void section(int id, byte[] from, int begin, int end) {
            write(id);
            number(end - begin);
            write(from, begin, end - begin);
        }

        /** Gives where the content begins. */
        int section(int id, Output content) {
            write(id);
            number(content.size());
            int begin = size();
            content.writeTo(this);
            return begin;
        }

        void writeTo(Output to) {
            to.write(buf, 0, count);
        }
    }
}
