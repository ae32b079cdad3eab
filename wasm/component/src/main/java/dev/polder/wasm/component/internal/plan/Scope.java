package dev.polder.wasm.component.internal.plan;

import dev.polder.wasm.component.internal.binary.Refusal;
import dev.polder.wasm.component.internal.binary.Sort;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The index spaces of one component instance, or of one type that is evaluated; they grow in order. */
public final class Scope {

    /** What was defined around something at the moment when it was: nothing later can be referred to. */
    public record View(Scope scope, Map<Sort, Integer> sizes) {}

    private final @Nullable View outer;
    private final int instance;
    private final int limit;
    private final Map<Sort, List<Item>> spaces = new EnumMap<>(Sort.class);

    /** @param instance number of the component instance, -1 for a type */
    Scope(@Nullable View outer, int instance, int limit) {
        this.outer = outer;
        this.instance = instance;
        this.limit = limit;
    }

    int instance() {
        return instance;
    }

    View view() {
        Map<Sort, Integer> sizes = new EnumMap<>(Sort.class);
        spaces.forEach((sort, items) -> sizes.put(sort, items.size()));
        return new View(this, sizes);
    }

    void add(Sort sort, Item item, int offset) {
        List<Item> space = spaces.computeIfAbsent(sort, s -> new ArrayList<>());
        if (space.size() >= limit) {
            throw Refusal.tooLarge(offset, "more than " + limit + " of one sort: " + sort);
        }
        space.add(item);
    }

    int size(Sort sort) {
        return spaces.getOrDefault(sort, List.of()).size();
    }

    Item get(Sort sort, int index, int offset) {
        return at(this, sort, index, size(sort), offset);
    }

    private static Item at(Scope scope, Sort sort, int index, int size, int offset) {
        if (index >= size) {
            throw Refusal.invalid(offset, sort + " " + index + " (expected: below " + size + ")");
        }
        return scope.spaces.getOrDefault(sort, List.of()).get(index);
    }

    /** An item of a scope around this one, as it was when what is in between was defined. */
    Item outer(Sort sort, int scopes, int index, int offset) {
        if (scopes == 0) {
            return get(sort, index, offset);
        }
        View view = outer;
        for (int i = 1; i < scopes && view != null; i++) {
            view = view.scope.outer;
        }
        if (view == null) {
            throw Refusal.invalid(offset, "outer alias over " + scopes + " scopes (expected: no more than there are)");
        }
        return at(view.scope, sort, index, view.sizes.getOrDefault(sort, 0), offset);
    }

    <T extends Item> T get(Sort sort, int index, int offset, Class<T> kind, String expected) {
        Item item = get(sort, index, offset);
        if (!kind.isInstance(item)) {
            throw Refusal.invalid(offset, sort + " " + index + " is of another kind (expected: " + expected + ")");
        }
        return kind.cast(item);
    }
}
