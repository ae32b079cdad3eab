package dev.polder.wasm.component.internal.binary;

/** Reads core types. They are checked for their form and then left, since modules tell their own types. */
final class CoreTypes {

    private final Cursor in;

    CoreTypes(Cursor in) {
        this.in = in;
    }

    Definition.CoreType definition(int at) {
        boolean module = in.peek() == 0x50;
        if (module) {
            in.oneByte();
            in.list("declarations of a module", () -> {
                declaration();
                return true;
            });
        } else {
            function();
        }
        return new Definition.CoreType(at, module);
    }

    private void function() {
        int at = in.position();
        int form = in.oneByte();
        if (form == 0x00 || form == 0x4e || form == 0x4f || form == 0x5e || form == 0x5f) {
            throw Refusal.unsupported(at, "garbage-collected types");
        }
        if (form != 0x60) {
            throw Refusal.invalid(at, "core type " + Cursor.hex(form) + " (expected: 0x60 or 0x50)");
        }
        in.list("parameters", this::value);
        in.list("results", this::value);
    }

    private Integer value() {
        int at = in.position();
        int code = in.oneByte();
        if (code == 0x63 || code == 0x64) {
            throw Refusal.unsupported(at, "typed references");
        }
        if (code != 0x7f
                && code != 0x7e
                && code != 0x7d
                && code != 0x7c
                && code != 0x7b
                && code != 0x70
                && code != 0x6f) {
            throw Refusal.invalid(at, "core value type " + Cursor.hex(code) + " (expected: a known one)");
        }
        return code;
    }

    private void declaration() {
        int at = in.position();
        int kind = in.oneByte();
        switch (kind) {
            case 0x00 -> {
                in.name();
                in.name();
                extern();
            }
            case 0x01 -> function();
            case 0x02 -> {
                in.expect(0x10, "sort of an alias");
                in.expect(0x01, "target of an alias");
                in.u32();
                in.u32();
            }
            case 0x03 -> {
                in.name();
                extern();
            }
            default ->
                throw Refusal.invalid(at, "declaration of a module " + Cursor.hex(kind) + " (expected: 0x00 to 0x03)");
        }
    }

    private void extern() {
        int at = in.position();
        int kind = in.oneByte();
        switch (kind) {
            case 0x00 -> in.u32();
            case 0x01 -> {
                value();
                bounds();
            }
            case 0x02 -> bounds();
            case 0x03 -> {
                value();
                in.oneByte();
            }
            case 0x04 -> {
                in.expect(0x00, "attribute of a tag");
                in.u32();
            }
            default -> throw Refusal.invalid(at, "extern kind " + Cursor.hex(kind) + " (expected: 0x00 to 0x04)");
        }
    }

    private void bounds() {
        int at = in.position();
        int flags = in.oneByte();
        if (flags > 1) {
            throw Refusal.unsupported(at, "memories or tables that are shared or of 64-bit size");
        }
        in.u32();
        if (flags == 1) {
            in.u32();
        }
    }
}
