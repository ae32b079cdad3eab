package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.component.ValType.Primitive;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Copies the values of one type from one component to another, without a Java form in between: what lies in memory from
 * memory to memory, what is passed in core values in place, since both sides flatten in the same way. What lies in one piece
 * and is valid whatever its bits are goes in one piece. NaNs stay as they are, which the specification leaves open.
 */
abstract class Transfer {

    final int size;
    final int align;
    final int flat;

    private Transfer(Shapes.Shape shape) {
        this.size = shape.size();
        this.align = shape.align();
        this.flat = shape.flat().size();
    }

    /** From memory to memory; both places were checked. */
    abstract void copy(CallContext from, long source, CallContext to, long target);

    /** Core values from a position on, in place. */
    abstract void pass(CallContext from, CallContext to, long[] raw, int at);

    /** Whether all of its bytes mean something, and mean the same elsewhere. */
    boolean isPlain() {
        return false;
    }

    private static void bytes(CallContext from, long source, CallContext to, long target, long length) {
        to.memory().slice(target, length).copyFrom(from.memory().slice(source, length));
    }

    private static void move(CallContext from, long source, CallContext to, long target, int size) {
        switch (size) {
            case 1 -> to.memory().setByte(target, from.memory().getByte(source));
            case 2 -> to.memory().setShort(target, from.memory().getShort(source));
            case 4 -> to.memory().setInt(target, from.memory().getInt(source));
            default -> to.memory().setLong(target, from.memory().getLong(source));
        }
    }

    /** Makes them; one for each type object. */
    static final class Maker {

        private final Shapes shapes = new Shapes();
        private final IdentityHashMap<ValType, Transfer> known = new IdentityHashMap<>();

        Transfer of(ValType type) {
            Transfer transfer = known.get(type);
            if (transfer == null) {
                transfer = make(type, shapes.of(type));
                known.put(type, transfer);
            }
            return transfer;
        }

        private Transfer make(ValType type, Shapes.Shape shape) {
            return switch (type) {
                case Primitive p -> primitive(p, shape);
                case ValType.ListOf l -> new Items(of(l.element()), shape);
                case ValType.RecordOf r ->
                    fields(r.fields().stream().map(ValType.Field::type).toList());
                case ValType.TupleOf t -> fields(t.items());
                case ValType.VariantOf v -> cases(v, shape);
                case ValType.OptionOf o -> cases(o, shape);
                case ValType.ResultOf r -> cases(r, shape);
                case ValType.EnumOf e -> new Cases(new Transfer[e.names().size()], 0, shape);
                case ValType.FlagsOf f -> new Flags(f.names().size(), shape);
                case ValType.Own o -> new Handle(o.resource(), true, shape);
                case ValType.Borrow b -> new Handle(b.resource(), false, shape);
                case ValType.StreamOf s -> throw Shapes.unsupported("stream");
                case ValType.FutureOf f -> throw Shapes.unsupported("future");
            };
        }

        private static Transfer primitive(Primitive type, Shapes.Shape shape) {
            return switch (type) {
                case BOOL -> new Bool(shape);
                case CHAR -> new Char(shape);
                case STRING -> new Text(shape);
                default -> new Numeric(type, shape);
            };
        }

        /** One after the other, as the fields of a record. */
        Transfer fields(List<ValType> types) {
            List<Transfer> fields = new ArrayList<>(types.size());
            types.forEach(type -> fields.add(of(type)));
            return new Fields(fields.toArray(Transfer[]::new), shapes.offsets(types), shapes.record(types));
        }

        private Transfer cases(ValType type, Shapes.Shape shape) {
            List<Optional<ValType>> types = Shapes.cases(type);
            @Nullable Transfer[] cases = new Transfer[types.size()];
            for (int i = 0; i < cases.length; i++) {
                cases[i] = types.get(i).map(this::of).orElse(null);
            }
            return new Cases(cases, shapes.payloadOffset(types), shape);
        }
    }

    private static final class Numeric extends Transfer {
        private final Primitive type;

        Numeric(Primitive type, Shapes.Shape shape) {
            super(shape);
            this.type = type;
        }

        @Override
        boolean isPlain() {
            return true;
        }

        @Override
        void copy(CallContext from, long source, CallContext to, long target) {
            move(from, source, to, target, size);
        }

        @Override
        void pass(CallContext from, CallContext to, long[] raw, int at) {
            long bits = raw[at];
            raw[at] = switch (type) {
                case U8 -> bits & 0xFF;
                case S8 -> (byte) bits & 0xFFFF_FFFFL;
                case U16 -> bits & 0xFFFF;
                case S16 -> (short) bits & 0xFFFF_FFFFL;
                case S64, U64, F64 -> bits;
                default -> bits & 0xFFFF_FFFFL;
            };
        }
    }

    private static final class Bool extends Transfer {
        Bool(Shapes.Shape shape) {
            super(shape);
        }

        @Override
        void copy(CallContext from, long source, CallContext to, long target) {
            to.memory().setByte(target, (byte) (from.memory().getByte(source) != 0 ? 1 : 0));
        }

        @Override
        void pass(CallContext from, CallContext to, long[] raw, int at) {
            raw[at] = (int) raw[at] != 0 ? 1 : 0;
        }
    }

    private static final class Char extends Transfer {
        Char(Shapes.Shape shape) {
            super(shape);
        }

        @Override
        void copy(CallContext from, long source, CallContext to, long target) {
            to.memory().setInt(target, Values.character(from.memory().getInt(source)));
        }

        @Override
        void pass(CallContext from, CallContext to, long[] raw, int at) {
            raw[at] = Values.character((int) raw[at]);
        }
    }

    private static final class Text extends Transfer {
        Text(Shapes.Shape shape) {
            super(shape);
        }

        @Override
        void copy(CallContext from, long source, CallContext to, long target) {
            to.memory().setLong(target, Strings.transfer(from, from.memory().getLong(source), to));
        }

        @Override
        void pass(CallContext from, CallContext to, long[] raw, int at) {
            long packed = Strings.transfer(from, Values.pack(raw[at], raw[at + 1]), to);
            raw[at] = packed & 0xFFFF_FFFFL;
            raw[at + 1] = packed >>> 32;
        }
    }

    private static final class Items extends Transfer {
        private final Transfer element;

        Items(Transfer element, Shapes.Shape shape) {
            super(shape);
            this.element = element;
        }

        private long packed(CallContext from, long packed, CallContext to) {
            int length = from.checkedList(packed, element.align, element.size, element.size);
            long source = packed & 0xFFFF_FFFFL;
            long target = to.allocate(element.align, (long) length * element.size);
            if (element.isPlain()) {
                bytes(from, source, to, target, (long) length * element.size);
            } else {
                for (int i = 0; i < length; i++) {
                    long at = (long) i * element.size;
                    element.copy(from, source + at, to, target + at);
                }
            }
            return Values.pack(target, length);
        }

        @Override
        void copy(CallContext from, long source, CallContext to, long target) {
            to.memory().setLong(target, packed(from, from.memory().getLong(source), to));
        }

        @Override
        void pass(CallContext from, CallContext to, long[] raw, int at) {
            long packed = packed(from, Values.pack(raw[at], raw[at + 1]), to);
            raw[at] = packed & 0xFFFF_FFFFL;
            raw[at + 1] = packed >>> 32;
        }
    }

    private static final class Fields extends Transfer {
        private final Transfer[] fields;
        private final int[] offsets;
        private final boolean plain;

        Fields(Transfer[] fields, int[] offsets, Shapes.Shape shape) {
            super(shape);
            this.fields = fields;
            this.offsets = offsets;
            int filled = 0;
            boolean all = fields.length > 0;
            for (Transfer field : fields) {
                filled += field.size;
                all &= field.isPlain();
            }
            this.plain = all && filled == size; // what is between fields is the caller's own
        }

        @Override
        boolean isPlain() {
            return plain;
        }

        @Override
        void copy(CallContext from, long source, CallContext to, long target) {
            if (plain) {
                bytes(from, source, to, target, size);
                return;
            }
            for (int i = 0; i < fields.length; i++) {
                fields[i].copy(from, source + offsets[i], to, target + offsets[i]);
            }
        }

        @Override
        void pass(CallContext from, CallContext to, long[] raw, int at) {
            int next = at;
            for (Transfer field : fields) {
                field.pass(from, to, raw, next);
                next += field.flat;
            }
        }
    }

    private static final class Cases extends Transfer {
        private final @Nullable Transfer[] cases;
        private final int discriminant;
        private final int payload;

        Cases(@Nullable Transfer[] cases, int payload, Shapes.Shape shape) {
            super(shape);
            this.cases = cases;
            this.discriminant = Shapes.discriminantSize(cases.length);
            this.payload = payload;
        }

        @Override
        void copy(CallContext from, long source, CallContext to, long target) {
            int found = switch (discriminant) {
                case 1 -> from.memory().getByte(source) & 0xFF;
                case 2 -> from.memory().getShort(source) & 0xFFFF;
                default -> from.memory().getInt(source);
            };
            int index = Values.discriminant(found, cases.length);
            move(from, source, to, target, discriminant);
            Transfer inner = cases[index];
            if (inner != null) {
                inner.copy(from, source + payload, to, target + payload);
            }
        }

        @Override
        void pass(CallContext from, CallContext to, long[] raw, int at) {
            int index = Values.discriminant((int) raw[at], cases.length);
            raw[at] = index;
            Transfer inner = cases[index];
            int used = 1;
            if (inner != null) {
                inner.pass(from, to, raw, at + 1);
                used += inner.flat;
            }
            for (int i = at + used; i < at + flat; i++) {
                raw[i] = 0;
            }
        }
    }

    private static final class Flags extends Transfer {
        private final int mask;
        private final boolean plain;

        Flags(int names, Shapes.Shape shape) {
            super(shape);
            this.mask = names >= Integer.SIZE ? -1 : (1 << names) - 1;
            this.plain = names == size * Byte.SIZE;
        }

        @Override
        boolean isPlain() {
            return plain;
        }

        @Override
        void copy(CallContext from, long source, CallContext to, long target) {
            switch (size) {
                case 1 -> to.memory().setByte(target, (byte) (from.memory().getByte(source) & mask));
                case 2 -> to.memory().setShort(target, (short) (from.memory().getShort(source) & mask));
                default -> to.memory().setInt(target, from.memory().getInt(source) & mask);
            }
        }

        @Override
        void pass(CallContext from, CallContext to, long[] raw, int at) {
            raw[at] = raw[at] & mask & 0xFFFF_FFFFL;
        }
    }

    private static final class Handle extends Transfer {
        private final ResourceType type;
        private final boolean own;

        Handle(ResourceType type, boolean own, Shapes.Shape shape) {
            super(shape);
            this.type = type;
            this.own = own;
        }

        private int index(CallContext from, int index, CallContext to) {
            return own ? from.giveTo(to, index, type) : from.lendTo(to, index, type);
        }

        @Override
        void copy(CallContext from, long source, CallContext to, long target) {
            to.memory().setInt(target, index(from, from.memory().getInt(source), to));
        }

        @Override
        void pass(CallContext from, CallContext to, long[] raw, int at) {
            raw[at] = index(from, (int) raw[at], to) & 0xFFFF_FFFFL;
        }
    }
}
