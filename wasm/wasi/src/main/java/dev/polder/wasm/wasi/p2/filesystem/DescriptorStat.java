package dev.polder.wasm.wasi.p2.filesystem;

import dev.polder.wasm.wasi.internal.Stat;
import dev.polder.wasm.wasi.p2.clocks.Datetime;
import java.util.Optional;

/** The record {@code descriptor-stat}; size in bytes. */
public record DescriptorStat(
        DescriptorType type,
        long linkCount,
        long size,
        Optional<Datetime> dataAccessTimestamp,
        Optional<Datetime> dataModificationTimestamp,
        Optional<Datetime> statusChangeTimestamp) {

    static DescriptorStat of(Stat stat) {
        return new DescriptorStat(
                DescriptorType.of(stat),
                stat.links(),
                stat.size(),
                Datetime.ofNanos(stat.accessed()),
                Datetime.ofNanos(stat.modified()),
                Datetime.ofNanos(stat.changed()));
    }
}
