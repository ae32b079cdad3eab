package dev.polder.wasm.engine.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.ExternType;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.MemoryType;
import dev.polder.wasm.engine.TableType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
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
 * A guest that grows asks the host before, by a function in a table of one element that is the module's own:
 *
 *     memory.grow     ->    (call_indirect $growth (memory.size) (its maximum) (0) ...) memory.grow
 *     table.grow      ->    (call_indirect $growth (table.size) (its maximum) (1) ...) table.grow
 *
 * which gives the same number of pages or elements, or -1: as many as can never be had, so that growing fails as it would
 * have. A table, since an imported function would change the number of every other one.
 *
 * The start function would run before the host knows where that page is, and before the table has its function; it is
 * exported, and called by the host.
 */
/**
 * A module that a host can end at any time, by protecting one page of memory, and that asks the host before it grows: what
 * {@link #bytes} has more than the module that was read. (WebAssembly core specification 3.0, section 5.4.)
 */
public final class ProbedModule {

    /** The exported memory whose first page is looked at. */
    public static final String PROBE = "polder:probe";

    /** The exported function of no parameters that is the module's start. */
    public static final String START = "polder:start";

    /** The exported table whose only element is asked: by how much, the size now, the maximum, and what it is. */
    public static final String GROWTH = "polder:growth";

    /** What grows: a memory, in pages. */
    public static final int MEMORY = 0;

    /** What grows: a table, in elements. */
    public static final int TABLE = 1;

    private static final int I32_CONST = 0x41;
    private static final int ATOMIC = 0xfe;
    private static final int ATOMIC_LOAD_8 = 0x12;
    private static final int OF_MEMORY = 0x40;
    private static final int DROP = 0x1a;
    private static final int MEMORY_SIZE = 0x3f;
    private static final int BULK = 0xfc;
    private static final int TABLE_SIZE = 16;
    private static final int CALL_INDIRECT = 0x11;
    private static final int I32 = 0x7f;
    private static final int FUNCREF = 0x70;

    /** Memories of a module whose number takes one byte: many more than any engine grants. */
    private static final int MOST_MEMORIES = 127;

    /** What a memory without a maximum can have. */
    private static final long MOST_PAGES = 65_536;

    /** What a module gets more beside half of its own size: code of compilers gets a tenth. */
    private static final int MOST_ADDED = 1 << 20;

    private static final int FUNCTION_KIND = 0;
    private static final int TABLE_KIND = 1;
    private static final int MEMORY_KIND = 2;

    private static final int TYPES = 1;
    private static final int TABLES = 4;
    private static final int MEMORIES = 5;
    private static final int EXPORTS = 7;
    private static final int START_SECTION = 8;
    private static final int CODE = 10;

    private final byte[] module;
    private final ByteReader in;
    private final List<Section> sections = new ArrayList<>();
    private final Instructions instructions;
    private final List<MemoryType> memories;
    private final List<TableType> tables;
    private final int importedFunctions;
    private final byte[] bytes;
    private Bodies bodies = Bodies.NONE;
    private int sum;
    private boolean hasProbe;
    private boolean grows;

    private record Section(int id, int from, int end) {}

    /**
     * Where bodies begin, in both forms, and what was put into the new one: at {@code places[i]} something begins that ends
     * where {@code sums[i + 1]} bytes have been put in since the first body, {@code sums[i]} before it.
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and never handed out
    private record Bodies(int[] before, int[] after, int[] places, int[] sums) {
        static final Bodies NONE = new Bodies(new int[0], new int[0], new int[0], new int[1]);

        Bodies moved(int by) {
            return new Bodies(
                    before,
                    Arrays.stream(after).map(at -> at + by).toArray(),
                    Arrays.stream(places).map(at -> at + by).toArray(),
                    sums);
        }
    }

    /**
     * Reads a module.
     *
     * @param types what {@link ModuleReader} read of the same bytes
     * @throws Problem INVALID with the offset where it is malformed, also for an instruction that is not known; TOO_LARGE
     *     with more memories than a probe's number has bytes for, or where half of it would be probes
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
        this.in = new ByteReader(module);
        this.instructions = new Instructions(in);
        this.memories = all(types, MemoryType.class, types.memories());
        this.tables = all(types, TableType.class, types.tables());
        this.importedFunctions = all(types, FunctionType.class, List.of()).size();
        in.skipTo(8);
        while (in.remaining() > 0) {
            int id = in.oneByte();
            int size = in.size("section");
            sections.add(new Section(id, in.position(), in.position() + size));
            in.skipTo(in.position() + size);
        }
        bytes = written();
    }

    /** The module's own of one kind, after the imported ones. */
    private static <T extends ExternType> List<T> all(ModuleTypes types, Class<T> kind, List<T> own) {
        return Stream.concat(
                        types.imports().stream()
                                .map(item -> item.type())
                                .filter(kind::isInstance)
                                .map(kind::cast),
                        own.stream())
                .toList();
    }

    /** The module to be compiled: the very same when nothing in it can run for long or grow. */
    @SuppressWarnings("ReturnedArray") // as large as the module, and read only
    public byte[] bytes() {
        return bytes;
    }

    /** Whether it has a memory {@link #PROBE}. */
    public boolean hasProbe() {
        return hasProbe;
    }

    /** Whether it has a table {@link #GROWTH}. */
    public boolean grows() {
        return grows;
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
        int from = Arrays.binarySearch(bodies.places, (int) start);
        int place = Arrays.binarySearch(bodies.places, (int) offset);
        int first = from < 0 ? -from - 1 : from;
        int last = place < 0 ? -place - 1 : place;
        int inserted = bodies.sums[last] - bodies.sums[first];
        if (place < 0 && last > first) {
            int end = bodies.places[last - 1] + bodies.sums[last] - bodies.sums[last - 1];
            // Within what was put in, it stands for the place where that was put.
            inserted -= Math.max(0, end - (int) offset);
        }
        return bodies.before[defined] + (offset - start) - inserted;
    }

    /**
     * Whether an instruction of the module that was read is in a function.
     *
     * @param function index in the module's functions, imported ones first
     * @return {@code offset}; -1 when it is in no body of that number
     */
    public long in(int function, long offset) {
        int defined = function - importedFunctions;
        if (defined < 0 || defined >= bodies.before.length || offset <= bodies.before[defined]) {
            return -1;
        }
        boolean isIn = defined + 1 == bodies.before.length || offset < bodies.before[defined + 1];
        return isIn ? offset : -1;
    }

    private byte[] written() {
        Section code = section(CODE);
        if (code == null) {
            return module;
        }
        Output content = code(code);
        if (!hasProbe && !grows) {
            return module;
        }
        if (hasProbe && memories.size() > MOST_MEMORIES) {
            // An imported memory counts each time it is imported, so that no pool's limit holds here.
            throw Problem.tooLarge(
                    "module: " + memories.size() + " memories (expected: at most " + MOST_MEMORIES + ")");
        }
        Output out = new Output(module.length + bodies.sums[bodies.places.length] + 128);
        out.write(module, 0, 8);
        Set<Integer> missing = new HashSet<>(Set.of(TYPES, TABLES, MEMORIES, EXPORTS));
        for (Section section : sections) {
            for (int id : new int[] {TYPES, TABLES, MEMORIES, EXPORTS}) {
                if (order(section.id) > order(id) && missing.remove(id)) {
                    more(out, id, null);
                }
            }
            switch (section.id) {
                case TYPES, TABLES, MEMORIES, EXPORTS -> {
                    missing.remove(section.id);
                    more(out, section.id, section);
                }
                case START_SECTION -> {}
                case CODE -> bodies = bodies.moved(out.section(CODE, content));
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

    /** Writes a section of entries with ours behind its own. */
    private void more(Output out, int id, @Nullable Section section) {
        Output added = new Output(64);
        int more = switch (id) {
            case TYPES -> grows ? added.growthType() : 0;
            case TABLES -> grows ? added.oneElement() : 0;
            case MEMORIES -> hasProbe ? added.onePage() : 0;
            default -> exports(added);
        };
        int count = 0;
        if (section != null) {
            in.skipTo(section.from);
            count = in.count();
        }
        if (count + more == 0) {
            return;
        }
        Output content = new Output(64);
        content.number(count + more);
        if (section != null) {
            content.write(module, in.position(), section.end - in.position());
        }
        added.writeTo(content);
        out.section(id, content);
    }

    private int exports(Output out) {
        int count = 0;
        if (hasProbe) {
            out.export(PROBE, MEMORY_KIND, memories.size());
            count++;
        }
        if (grows) {
            out.export(GROWTH, TABLE_KIND, tables.size());
            count++;
        }
        Section start = section(START_SECTION);
        if (start != null) {
            in.skipTo(start.from);
            out.export(START, FUNCTION_KIND, in.index());
            count++;
        }
        return count;
    }

    private int ownTypes() {
        Section section = section(TYPES);
        if (section == null) {
            return 0;
        }
        in.skipTo(section.from);
        return in.count();
    }

    private void checkAdded(int added) {
        if (added > module.length / 2 + MOST_ADDED) {
            throw Problem.tooLarge("module: a loop, calls or growth in every few bytes (expected: code of a compiler)");
        }
    }

    private Output code(Section section) {
        Insertions found = new Insertions(ownTypes());
        Output out = new Output(section.end - section.from);
        in.skipTo(section.from);
        int count = in.count();
        out.number(count);
        int[] before = new int[count];
        int[] after = new int[count];
        Numbers places = new Numbers();
        Numbers sums = new Numbers();
        sums.add(sum);
        for (int i = 0; i < count; i++) {
            int size = in.size("function body");
            int from = in.position();
            int end = from + size;
            found.clear();
            int first = instructions.body(end, found);
            hasProbe |= first >= 0;
            int atStart = first >= 0 ? found.probe.length : 0;
            checkAdded(sum + atStart + found.length);
            out.number(size + atStart + found.length);
            before[i] = from;
            after[i] = out.size();
            if (first >= 0) {
                out.write(module, from, first - from);
                places.add(out.size());
                out.writeBytes(found.probe);
                sum += atStart;
                sums.add(sum);
                from = first;
            }
            for (int p = 0; p < found.at.count; p++) {
                int at = found.at.values[p];
                byte[] what = found.what.get(p);
                out.write(module, from, at - from);
                places.add(out.size());
                out.writeBytes(what);
                sum += what.length;
                sums.add(sum);
                from = at;
            }
            out.write(module, from, end - from);
        }
        if (in.position() != section.end) {
            throw in.malformed("the code section ends here (expected: at byte " + section.end + ")");
        }
        bodies = places.count == 0
                ? new Bodies(before, before, new int[0], new int[1])
                : new Bodies(before, after, places.toArray(), sums.toArray());
        return out;
    }

    /** What one body gets, in order, but for the probe at its beginning. */
    private final class Insertions implements Instructions.Visitor {
        private final byte[] probe;
        private final int growthType;
        private final Numbers at = new Numbers();
        private final List<byte[]> what = new ArrayList<>();
        private int length;

        Insertions(int growthType) {
            this.growthType = growthType;
            this.probe = new Output(8).probe(memories.size()).toByteArray();
        }

        void clear() {
            at.count = 0;
            what.clear();
            length = 0;
        }

        private void add(int place, byte[] text) {
            checkAdded(sum + length + text.length);
            at.add(place);
            what.add(text);
            length += text.length;
        }

        @Override
        public void probe(int place) {
            hasProbe = true;
            add(place, probe);
        }

        @Override
        public void memoryGrows(int place, int memory) {
            if (memory >= memories.size()) {
                throw in.malformed("memory " + memory + " (expected: below " + memories.size() + ")");
            }
            long most = memories.get(memory).maximum().orElse(MOST_PAGES);
            Output size = new Output(24);
            size.write(MEMORY_SIZE);
            size.number(memory);
            add(place, size.asks(most, MEMORY, growthType, tables.size()).toByteArray());
            grows = true;
        }

        @Override
        public void tableGrows(int place, int table) {
            if (table >= tables.size()) {
                throw in.malformed("table " + table + " (expected: below " + tables.size() + ")");
            }
            Output size = new Output(24);
            size.write(BULK);
            size.number(TABLE_SIZE);
            size.number(table);
            long most = tables.get(table).maximum().orElse(0xFFFF_FFFFL);
            add(place, size.asks(most, TABLE, growthType, tables.size()).toByteArray());
            grows = true;
        }
    }

    private static final class Numbers {
        private int[] values = new int[8];
        private int count;

        void add(int value) {
            if (count == values.length) {
                values = Arrays.copyOf(values, count * 2);
            }
            values[count++] = value;
        }

        int[] toArray() {
            return Arrays.copyOf(values, count);
        }
    }

    private static final class Output extends ByteArrayOutputStream {
        Output(int size) {
            super(size);
        }

        void number(int value) {
            int left = value;
            while (left >>> 7 != 0) {
                write((left & 0x7f) | 0x80);
                left >>>= 7;
            }
            write(left);
        }

        void signed(int value) {
            int left = value;
            while (left < -64 || left > 63) {
                write((left & 0x7f) | 0x80);
                left >>= 7;
            }
            write(left & 0x7f);
        }

        void export(String name, int kind, int index) {
            byte[] text = name.getBytes(StandardCharsets.UTF_8);
            number(text.length);
            write(text, 0, text.length);
            write(kind);
            number(index);
        }

        Output probe(int memory) {
            write(I32_CONST);
            write(0);
            write(ATOMIC);
            write(ATOMIC_LOAD_8);
            write(OF_MEMORY);
            number(memory);
            write(0);
            write(DROP);
            return this;
        }

        /** After the size. */
        Output asks(long most, int what, int type, int table) {
            write(I32_CONST);
            signed((int) most);
            write(I32_CONST);
            write(what);
            write(I32_CONST);
            write(0);
            write(CALL_INDIRECT);
            number(type);
            number(table);
            return this;
        }

        int growthType() {
            writeBytes(new byte[] {0x60, 4, I32, I32, I32, I32, 1, I32});
            return 1;
        }

        /** A table that neither grows nor is larger. */
        int oneElement() {
            writeBytes(new byte[] {FUNCREF, 1, 1, 1});
            return 1;
        }

        int onePage() {
            writeBytes(new byte[] {1, 1, 1});
            return 1;
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
