package dev.polder.wasm.component.internal.binary;

import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.ValueType;
import java.util.List;

/** How types of core modules are written. */
public final class CoreEncoding {

    private CoreEncoding() {}

    /** Writes the type of a function as an entry of the type section. */
    public static void function(Encoder out, FunctionType type) {
        out.octet(0x60);
        values(out, type.params());
        values(out, type.results());
    }

    private static void values(Encoder out, List<ValueType> types) {
        out.number(types.size());
        for (ValueType type : types) {
            out.octet(
                    switch (type) {
                        case I32 -> 0x7f;
                        case I64 -> 0x7e;
                        case F32 -> 0x7d;
                        case F64 -> 0x7c;
                        case V128 -> 0x7b;
                        case FUNCREF -> 0x70;
                        case EXTERNREF -> 0x6f;
                    });
        }
    }
}
