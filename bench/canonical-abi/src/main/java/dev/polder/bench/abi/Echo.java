package dev.polder.bench.abi;

import dev.polder.wasm.component.Wit;
import java.util.List;

/** What the guest exports. */
public interface Echo {

    /** A record of the benchmark. */
    record Item(int id, long count, String name) {}

    @Wit("add")
    int add(int a, int b);

    @Wit("text")
    String text(String value);

    @Wit("records")
    List<Item> records(List<Item> items);

    @Wit("bytes")
    byte[] bytes(byte[] value);
}
