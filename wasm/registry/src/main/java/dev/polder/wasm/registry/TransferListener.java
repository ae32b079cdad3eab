package dev.polder.wasm.registry;

/** Hears of the steps of a pull or push, from several threads at once; must be quick and must not throw. */
@FunctionalInterface
public interface TransferListener {

    TransferListener NONE = event -> {};

    void on(TransferEvent event);
}
