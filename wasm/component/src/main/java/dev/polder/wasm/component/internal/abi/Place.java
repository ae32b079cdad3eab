package dev.polder.wasm.component.internal.abi;

import static dev.polder.wasm.component.internal.abi.Descriptors.CALL;
import static dev.polder.wasm.component.internal.abi.Descriptors.MEMORY;
import static dev.polder.wasm.component.internal.abi.Descriptors.SLOTS;
import static dev.polder.wasm.component.internal.abi.Descriptors.VALUES;
import static dev.polder.wasm.component.internal.abi.Descriptors.method;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.List;
import java.util.function.Consumer;

/** Where a value is, in generated code: in memory, or in core values from a position on. */
sealed interface Place {

    /** The local variable with the {@link CallContext}. */
    int context();

    /** For names of methods. */
    String kind();

    /** Pushes an int for up to four bytes, a long for eight. */
    void read(CodeBuilder b, int bytes);

    /** Pushes an unsigned int; a core value has 32 bits, however few the memory takes. */
    void readDiscriminant(CodeBuilder b, int bytes);

    /** Pushes pointer and length as one long. */
    void readPair(CodeBuilder b);

    /** @param bits pushes an int for up to four bytes, a long for eight */
    void write(CodeBuilder b, int bytes, Consumer<CodeBuilder> bits);

    /** @param pair pushes pointer and length as one long */
    void writePair(CodeBuilder b, Consumer<CodeBuilder> pair);

    /** So many bytes, or so many core values, further. */
    Place plus(int bytes, int values);

    /** What a method that is given this place has as parameters. */
    List<ClassDesc> parameters();

    /** Pushes those parameters. */
    void push(CodeBuilder b);

    /** The place inside such a method. */
    Place asParameter(int context, int first);

    /** @param address the local variable with the address */
    record Memory(int context, int address, int offset) implements Place {

        @Override
        public String kind() {
            return "Memory";
        }

        @Override
        public void push(CodeBuilder b) {
            b.lload(address);
            if (offset != 0) {
                b.loadConstant((long) offset);
                b.ladd();
            }
        }

        @Override
        public void read(CodeBuilder b, int bytes) {
            ValueCode.memory(b, context);
            push(b);
            switch (bytes) {
                case 1 -> b.invokeinterface(MEMORY, "getByte", method(byte.class, long.class));
                case 2 -> b.invokeinterface(MEMORY, "getShort", method(short.class, long.class));
                case 4 -> b.invokeinterface(MEMORY, "getInt", method(int.class, long.class));
                default -> b.invokeinterface(MEMORY, "getLong", method(long.class, long.class));
            }
        }

        @Override
        public void readDiscriminant(CodeBuilder b, int bytes) {
            read(b, bytes);
            if (bytes < 4) {
                b.loadConstant((1 << (bytes * 8)) - 1);
                b.iand();
            }
        }

        @Override
        public void readPair(CodeBuilder b) {
            read(b, 8);
        }

        @Override
        public void write(CodeBuilder b, int bytes, Consumer<CodeBuilder> bits) {
            ValueCode.memory(b, context);
            push(b);
            bits.accept(b);
            switch (bytes) {
                case 1 -> b.i2b().invokeinterface(MEMORY, "setByte", method(void.class, long.class, byte.class));
                case 2 -> b.i2s().invokeinterface(MEMORY, "setShort", method(void.class, long.class, short.class));
                case 4 -> b.invokeinterface(MEMORY, "setInt", method(void.class, long.class, int.class));
                default -> b.invokeinterface(MEMORY, "setLong", method(void.class, long.class, long.class));
            }
        }

        @Override
        public void writePair(CodeBuilder b, Consumer<CodeBuilder> pair) {
            write(b, 8, pair);
        }

        @Override
        public Place plus(int bytes, int values) {
            return new Memory(context, address, offset + bytes);
        }

        @Override
        public List<ClassDesc> parameters() {
            return List.of(ConstantDescs.CD_long);
        }

        @Override
        public Place asParameter(int contextLocal, int first) {
            return new Memory(contextLocal, first, 0);
        }
    }

    /**
     * Core values: those of a {@code HostCall}, or those in an array.
     *
     * @param values the local variable with the call or the array
     * @param base the local variable with the position, -1 for none
     */
    record Core(int context, boolean ofCall, int values, int base, int offset) implements Place {

        @Override
        public String kind() {
            return ofCall ? "Call" : "Slots";
        }

        private void index(CodeBuilder b, int more) {
            if (base < 0) {
                b.loadConstant(offset + more);
                return;
            }
            b.iload(base);
            if (offset + more != 0) {
                b.loadConstant(offset + more);
                b.iadd();
            }
        }

        private void raw(CodeBuilder b, int more) {
            b.aload(values);
            index(b, more);
            if (ofCall) {
                b.invokeinterface(CALL, "raw", method(long.class, int.class));
            } else {
                b.laload();
            }
        }

        @Override
        public void read(CodeBuilder b, int bytes) {
            raw(b, 0);
            if (bytes < 8) {
                b.l2i();
            }
        }

        @Override
        public void readDiscriminant(CodeBuilder b, int bytes) {
            read(b, 4);
        }

        @Override
        public void readPair(CodeBuilder b) {
            raw(b, 0);
            raw(b, 1);
            b.invokestatic(VALUES, "pack", method(long.class, long.class, long.class));
        }

        private void set(CodeBuilder b, int more, Consumer<CodeBuilder> value) {
            b.aload(values);
            index(b, more);
            value.accept(b);
            if (ofCall) {
                b.invokeinterface(CALL, "result", method(void.class, int.class, long.class));
            } else {
                b.lastore();
            }
        }

        @Override
        public void write(CodeBuilder b, int bytes, Consumer<CodeBuilder> bits) {
            set(b, 0, c -> {
                bits.accept(c);
                if (bytes < 8) {
                    // Zero-extended, which is what a wider slot of a variant needs.
                    c.i2l();
                    c.loadConstant(0xFFFF_FFFFL);
                    c.land();
                }
            });
        }

        @Override
        public void writePair(CodeBuilder b, Consumer<CodeBuilder> pair) {
            int local = b.allocateLocal(TypeKind.LONG);
            pair.accept(b);
            b.lstore(local);
            set(b, 0, c -> c.lload(local).loadConstant(0xFFFF_FFFFL).land());
            set(b, 1, c -> c.lload(local).loadConstant(32).lushr());
        }

        @Override
        public Place plus(int bytes, int count) {
            return new Core(context, ofCall, values, base, offset + count);
        }

        @Override
        public List<ClassDesc> parameters() {
            return List.of(ofCall ? CALL : SLOTS, ConstantDescs.CD_int);
        }

        @Override
        public void push(CodeBuilder b) {
            b.aload(values);
            index(b, 0);
        }

        @Override
        public Place asParameter(int contextLocal, int first) {
            return new Core(contextLocal, ofCall, first, first + 1, 0);
        }
    }
}
