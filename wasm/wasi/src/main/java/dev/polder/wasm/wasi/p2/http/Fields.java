package dev.polder.wasm.wasi.p2.http;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The resource {@code fields}: headers or trailers, in order, with names as the guest wrote them. */
public final class Fields extends Resource {

    /** What the list costs beside its text. */
    private static final int ENTRY_BYTES = 32;

    private final List<HttpField> entries;
    private final boolean mutable;
    private final long maxBytes;
    private long bytes;

    private Fields(GuestIo io, @Nullable Resource parent, List<HttpField> entries, boolean mutable, long maxBytes) {
        super(io, parent);
        this.entries = entries;
        this.mutable = mutable;
        this.maxBytes = maxBytes;
    }

    /** Empty ones that the guest fills. */
    static Fields mutable(GuestIo io, long maxBytes) {
        return new Fields(io, null, new ArrayList<>(), true, maxBytes);
    }

    /** What the guest can only look at. */
    static Fields immutable(GuestIo io, @Nullable Resource parent, List<HttpField> entries) {
        return new Fields(io, parent, entries, false, Long.MAX_VALUE);
    }

    /** Takes them out of the guest's hands. */
    List<HttpField> handOver() {
        requireNoChildren("fields");
        List<HttpField> list = List.copyOf(entries);
        drop();
        return list;
    }

    /**
     * What a message from outside shows the guest: without the fields that are the host's, and with names in lower case, as
     * HTTP/2 has them anyway. Wasmtime shows no others, so guests look for {@code "content-type"} and no other spelling.
     */
    static List<HttpField> visible(List<HttpField> received) {
        List<HttpField> visible = new ArrayList<>(received.size());
        for (HttpField field : received) {
            String name = field.name().toLowerCase(Locale.ROOT);
            if (!FieldRules.isForbidden(name)) {
                visible.add(name.equals(field.name()) ? field : new HttpField(name, field.value()));
            }
        }
        return List.copyOf(visible);
    }

    /** The content-length, when there is one and it is a number. */
    static OptionalLong contentLength(List<HttpField> fields) {
        for (HttpField field : fields) {
            if (field.name().equalsIgnoreCase("content-length")) {
                String text = new String(field.value(), java.nio.charset.StandardCharsets.US_ASCII).strip();
                if (text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9') && !text.isEmpty()) {
                    return OptionalLong.of(Long.parseLong(text));
                }
            }
        }
        return OptionalLong.empty();
    }

    private static @Nullable HeaderError mistake(String name, List<byte[]> values) {
        if (!FieldRules.isToken(name) || !values.stream().allMatch(FieldRules::isValue)) {
            return new HeaderError.InvalidSyntax();
        }
        return FieldRules.isForbidden(name) ? new HeaderError.Forbidden() : null;
    }

    private Result<@Nullable Void, HeaderError> change(String name, List<byte[]> values, boolean replace) {
        if (!mutable) {
            return Result.err(new HeaderError.Immutable());
        }
        HeaderError mistake = mistake(name, values);
        if (mistake != null) {
            return Result.err(mistake);
        }
        if (replace) {
            entries.removeIf(entry -> entry.name().equalsIgnoreCase(name));
        }
        for (byte[] value : values) {
            entries.add(new HttpField(name, value));
        }
        count();
        return Result.ok(null);
    }

    /** What they take in the heap, about. */
    static long bytes(List<HttpField> fields) {
        long sum = 0;
        for (HttpField field : fields) {
            sum += field.name().length() + field.value().length + ENTRY_BYTES;
        }
        return sum;
    }

    private void count() {
        long now = bytes(entries);
        if (now > maxBytes) {
            throw GuestLimit.HEADER_BYTES.passed("fields: " + now + " bytes (expected: at most " + maxBytes + ")");
        }
        if (now > bytes) {
            io().held().hold(now - bytes);
        } else {
            io().held().release(bytes - now);
        }
        bytes = now;
    }

    @Override
    protected void free() {
        io().held().release(bytes);
    }

    /** Adds all, or says what is wrong with one. */
    @Nullable
    HeaderError addAll(List<HttpField> fields) {
        for (HttpField field : fields) {
            HeaderError mistake = mistake(field.name(), List.of(field.value()));
            if (mistake != null) {
                return mistake;
            }
            entries.add(field);
        }
        count();
        return null;
    }

    /** All values of a name, in order; none when there are none. */
    @Wit("get")
    public List<byte[]> get(String name) {
        return entries.stream()
                .filter(entry -> entry.name().equalsIgnoreCase(name))
                .map(HttpField::value)
                .toList();
    }

    @Wit("has")
    public boolean has(String name) {
        return entries.stream().anyMatch(entry -> entry.name().equalsIgnoreCase(name));
    }

    @Wit("set")
    public Result<@Nullable Void, HeaderError> set(String name, List<byte[]> values) {
        return change(name, values, true);
    }

    @Wit("delete")
    public Result<@Nullable Void, HeaderError> delete(String name) {
        return change(name, List.of(), true);
    }

    @Wit("append")
    public Result<@Nullable Void, HeaderError> append(String name, byte[] value) {
        return change(name, List.of(value), false);
    }

    @Wit("entries")
    public List<HttpField> entries() {
        return List.copyOf(entries);
    }

    /** A copy that can be changed. */
    @Wit("clone")
    public Fields copy() {
        return new Fields(io(), null, new ArrayList<>(entries), true, maxBytes);
    }
}
