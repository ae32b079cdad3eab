package dev.polder.wasm.engine.internal.endive;

import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.ValueType;
import java.io.ByteArrayOutputStream;
import java.util.List;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;

/** The module that imports one function and does nothing else; its function 0 is the import. */
final class HostModule {

    /** Module and name of the import. */
    static final String NAME = "h";

    private HostModule() {}

    static WasmModule of(FunctionType type) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
        ByteArrayOutputStream types = new ByteArrayOutputStream();
        types.write(1);
        types.write(0x60);
        values(types, type.params());
        values(types, type.results());
        section(out, 1, types);
        ByteArrayOutputStream imports = new ByteArrayOutputStream();
        imports.writeBytes(new byte[] {1, 1, 'h', 1, 'h', 0, 0});
        section(out, 2, imports);
        return Parser.parse(out.toByteArray());
    }

    private static void values(ByteArrayOutputStream out, List<ValueType> types) {
        number(out, types.size());
        for (ValueType type : types) {
            out.write(
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

    private static void section(ByteArrayOutputStream out, int id, ByteArrayOutputStream content) {
        out.write(id);
        number(out, content.size());
        out.writeBytes(content.toByteArray());
    }

    private static void number(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest > 0x7f) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
