package dev.polder.wasm.component.internal.binary;

/** The kinds of things that components define; each has an index space. */
public enum Sort {
    CORE_FUNC("core function", 0x00),
    CORE_TABLE("core table", 0x01),
    CORE_MEMORY("core memory", 0x02),
    CORE_GLOBAL("core global", 0x03),
    CORE_TAG("core tag", 0x04),
    CORE_TYPE("core type", 0x10),
    CORE_MODULE("core module", 0x11),
    CORE_INSTANCE("core instance", 0x12),
    FUNC("function", 0x01),
    VALUE("value", 0x02),
    TYPE("type", 0x03),
    COMPONENT("component", 0x04),
    INSTANCE("instance", 0x05);

    private final String text;
    private final int code;
    private final boolean core;

    Sort(String text, int code) {
        this.text = text;
        this.code = code;
        this.core = text.startsWith("core ");
    }

    boolean isCore() {
        return core;
    }

    /** Writes its code. */
    public void write(Encoder out) {
        if (core) {
            out.octet(0);
        }
        out.octet(code);
    }

    static Sort core(Cursor in) {
        int at = in.position();
        int code = in.oneByte();
        for (Sort sort : values()) {
            if (sort.isCore() && sort.code == code) {
                return sort;
            }
        }
        throw Refusal.invalid(at, "core sort " + Cursor.hex(code) + " (expected: 0x00 to 0x04 or 0x10 to 0x12)");
    }

    static Sort read(Cursor in) {
        int at = in.position();
        int code = in.oneByte();
        if (code == 0) {
            return core(in);
        }
        for (Sort sort : values()) {
            if (!sort.isCore() && sort.code == code) {
                if (sort == VALUE) {
                    throw Refusal.unsupported(at, "values as imports or exports");
                }
                return sort;
            }
        }
        throw Refusal.invalid(at, "sort " + Cursor.hex(code) + " (expected: 0x00 to 0x05)");
    }

    /** In words. */
    @Override
    public String toString() {
        return text;
    }
}
