package dev.polder.wasm.engine.internal;

import dev.polder.kernel.model.Problem;
import java.util.Arrays;

/**
 * Walks over the instructions of function bodies: all of WebAssembly 3.0 but those of garbage-collected types, with atomics,
 * wide arithmetic and relaxed vectors. (Core specification, section 5.4.)
 */
public final class Instructions {

    private static final int CODE = 10;
    private static final int LOOP = 0x03;
    private static final int IF = 0x04;
    private static final int ELSE = 0x05;
    private static final int END = 0x0b;
    private static final int BRANCH_IF = 0x0d;
    private static final int TRY_TABLE = 0x1f;
    private static final int LOCAL_GET = 0x20;
    private static final int LOCAL_SET = 0x21;
    private static final int LOCAL_TEE = 0x22;
    private static final int CALL = 0x10;
    private static final int CALL_INDIRECT = 0x11;
    private static final int RETURN_CALL = 0x12;
    private static final int RETURN_CALL_INDIRECT = 0x13;
    private static final int CALL_REF = 0x14;
    private static final int RETURN_CALL_REF = 0x15;
    private static final int MEMORY_GROW = 0x40;
    private static final int BULK = 0xfc;
    private static final int TABLE_GROW = 15;

    private static final Visitor NOBODY = new Visitor() {
        @Override
        public void probe(int at) {
            // Only counted.
        }

        @Override
        public void memoryGrows(int at, int memory) {
            // Only counted.
        }

        @Override
        public void tableGrows(int at, int table) {
            // Only counted.
        }
    };

    /** Bytes of one function's code: a compiler takes a third of a KiB for each. */
    private static final int MOST_BODY = 2 << 20;

    /** As many as the engines take. */
    private static final int MOST_LOCALS = 50_000;

    /** Of one function, and of all: a compiler takes about a microsecond and 20 bytes for each. */
    private static final long MOST_WORK = 20_000_000;

    private static final long MOST_WORK_OF_ALL = 100_000_000;

    private final ByteReader in;
    private long count;

    // Blocks of straight code are numbered through the module, so nothing has to be cleared between functions.
    private int block = 1;
    private int[] setIn = new int[64];
    private int[] crossed = new int[64];
    private long work;

    /** Told of the bytes before which something belongs, in order. */
    interface Visitor {
        void probe(int at);

        void memoryGrows(int at, int memory);

        void tableGrows(int at, int table);
    }

    Instructions(ByteReader in) {
        this.in = in;
    }

    /**
     * How many a module has.
     *
     * @throws Problem INVALID with the offset where it is malformed; TOO_LARGE as {@link #body}
     */
    public static long count(byte[] module) {
        ByteReader in = new ByteReader(module);
        Instructions instructions = new Instructions(in);
        try {
            in.skipTo(8);
            while (in.remaining() > 0) {
                int id = in.oneByte();
                int size = in.size("section");
                int end = in.position() + size;
                int bodies = id == CODE ? in.count() : 0;
                for (int i = 0; i < bodies; i++) {
                    int length = in.size("function body");
                    instructions.body(in.position() + length, NOBODY);
                }
                in.skipTo(end);
            }
            return instructions.count;
        } catch (ByteReader.Malformed e) {
            throw e.problem();
        }
    }

    /**
     * Reads a body, from its locals to its end.
     *
     * @param visitor is told where a probe belongs, but for the one at the beginning, and where something grows
     * @throws Problem TOO_LARGE for what a compiler would take all time and memory
     * @return where the instructions begin when a probe belongs there, else -1: see {@link ProbedModule}
     */
    int body(int end, Visitor visitor) {
        if (end - in.position() > MOST_BODY) {
            throw Problem.tooLarge(
                    "module: a function of " + (end - in.position()) + " bytes (expected: at most " + MOST_BODY + ")");
        }
        int groups = in.count();
        long locals = 0;
        for (int i = 0; i < groups; i++) {
            locals += in.u32();
            type();
        }
        if (locals > MOST_LOCALS) {
            throw Problem.tooLarge(
                    "module: a function of " + locals + " locals (expected: at most " + MOST_LOCALS + ")");
        }
        int first = in.position();
        int firstBlock = block;
        int crossing = 0;
        boolean tail = false;
        int calls = 0;
        while (in.position() < end) {
            int at = in.position();
            int opcode = in.oneByte();
            count++;
            switch (opcode) {
                case LOCAL_GET -> crossing += crosses(in.index(), firstBlock);
                case LOCAL_SET, LOCAL_TEE -> sets(in.index());
                case MEMORY_GROW -> visitor.memoryGrows(at, in.index());
                case BULK -> {
                    long operation = in.u32();
                    if (operation == TABLE_GROW) {
                        visitor.tableGrows(at, in.index());
                    } else {
                        bulk(operation);
                    }
                }
                default -> immediates(opcode);
            }
            switch (opcode) {
                case LOOP, IF, ELSE, END, BRANCH_IF, TRY_TABLE -> block++;
                default -> {}
            }
            switch (opcode) {
                case LOOP -> visitor.probe(in.position());
                case CALL, CALL_INDIRECT, CALL_REF -> calls++;
                case RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF -> tail = true;
                default -> {}
            }
        }
        if (in.position() != end) {
            throw in.malformed("an instruction passes the end of its function (expected: byte " + end + ")");
        }
        checkWork(crossing, block - firstBlock);
        return tail || calls > 1 ? first : -1;
    }

    private int local(int index) {
        if (index >= setIn.length) {
            if (index > 2 * MOST_LOCALS) {
                throw in.malformed("local " + index + " (expected: below " + 2 * MOST_LOCALS + ")");
            }
            setIn = Arrays.copyOf(setIn, 2 * index);
            crossed = Arrays.copyOf(crossed, 2 * index);
        }
        return index;
    }

    private void sets(int index) {
        int local = local(index); // which may make the array longer
        setIn[local] = block;
    }

    /** 1 for the first use of a local in a block of straight code that did not set it, else 0. */
    private int crosses(int index, int firstBlock) {
        int local = local(index);
        if (setIn[local] == block || crossed[local] >= firstBlock) {
            return 0;
        }
        crossed[local] = firstBlock;
        return 1;
    }

    /**
     * What a compiler has to find out for each block: which value each local has that comes from another one. Functions of some
     * hundred KiB can be made of which it takes hours and all memory.
     */
    private void checkWork(long locals, long blocks) {
        long here = locals * blocks;
        work += here;
        if (here > MOST_WORK || work > MOST_WORK_OF_ALL) {
            throw Problem.tooLarge("module: a function of " + locals + " locals through " + blocks
                    + " blocks of code (expected: at most " + MOST_WORK + " of both multiplied, and "
                    + MOST_WORK_OF_ALL + " in all functions)");
        }
    }

    private void immediates(int opcode) {
        switch (opcode) {
            case 0x02, 0x03, 0x04 -> blockType();
            case 0x1f -> {
                blockType();
                catches();
            }
            case 0x0e -> {
                indices();
                in.u32();
            }
            case 0x1c -> types();
            case 0x08, 0x0c, 0x0d, CALL, RETURN_CALL, CALL_REF, RETURN_CALL_REF -> in.u32();
            case 0x23, 0x24, 0x25, 0x26, 0x3f, 0xd2, 0xd5, 0xd6 -> in.u32();
            case CALL_INDIRECT, RETURN_CALL_INDIRECT -> {
                in.u32();
                in.u32();
            }
            case 0x41, 0x42, 0xd0 -> in.skipSigned();
            case 0x43 -> in.skip(4);
            case 0x44 -> in.skip(8);
            case 0xfd -> vector(in.u32());
            case 0xfe -> atomic(in.u32());
            default -> {
                if (opcode >= 0x28 && opcode <= 0x3e) {
                    memory();
                } else if (!isBare(opcode)) {
                    throw unknown("0x" + Integer.toHexString(opcode));
                }
            }
        }
    }

    /** Whether an instruction is its byte, and nothing else. */
    private static boolean isBare(int opcode) {
        return switch (opcode) {
            case 0x00, 0x01, 0x05, 0x0a, 0x0b, 0x0f, 0x1a, 0x1b, 0xd1, 0xd3, 0xd4 -> true;
            default -> opcode >= 0x45 && opcode <= 0xc4;
        };
    }

    private void blockType() {
        int form = in.peek();
        if (form == 0x63 || form == 0x64) {
            type();
        } else {
            in.skipSigned();
        }
    }

    private void types() {
        int count = in.count();
        for (int i = 0; i < count; i++) {
            type();
        }
    }

    /** A value type; those of references to a type have that type's number after them. */
    private void type() {
        int form = in.oneByte();
        if (form == 0x63 || form == 0x64) {
            in.skipSigned();
        }
    }

    private void indices() {
        int count = in.count();
        for (int i = 0; i < count; i++) {
            in.u32();
        }
    }

    private void catches() {
        int count = in.count();
        for (int i = 0; i < count; i++) {
            int kind = in.oneByte();
            if (kind > 3) {
                throw in.malformed("catch 0x" + Integer.toHexString(kind) + " (expected: 0 to 3)");
            }
            in.u32();
            if (kind < 2) {
                in.u32();
            }
        }
    }

    private void memory() {
        long align = in.u32();
        if ((align & 0x40) != 0) {
            in.u32();
        }
        in.skipSigned();
    }

    private void bulk(long opcode) {
        switch ((int) opcode) {
            case 0, 1, 2, 3, 4, 5, 6, 7, 19, 20, 21, 22 -> {}
            case 9, 11, 13, 16, 17 -> in.u32();
            case 8, 10, 12, 14 -> {
                in.u32();
                in.u32();
            }
            default -> throw unknown("0xfc " + opcode);
        }
    }

    private void vector(long opcode) {
        int code = (int) Math.min(opcode, Integer.MAX_VALUE);
        if (code <= 11 || code == 0x5c || code == 0x5d) {
            memory();
        } else if (code == 12 || code == 13) {
            in.skip(16);
        } else if (code >= 0x15 && code <= 0x22) {
            in.oneByte();
        } else if (code >= 0x54 && code <= 0x5b) {
            memory();
            in.oneByte();
        } else if (code > 0x113) {
            throw unknown("0xfd " + opcode);
        }
    }

    private void atomic(long opcode) {
        if (opcode == 3) {
            in.oneByte();
        } else if (opcode <= 2 || (opcode >= 0x10 && opcode <= 0x4e)) {
            memory();
        } else {
            throw unknown("0xfe " + opcode);
        }
    }

    private ByteReader.Malformed unknown(String opcode) {
        return in.malformed("instruction " + opcode + " (expected: one of WebAssembly 3.0 without garbage collection)");
    }
}
