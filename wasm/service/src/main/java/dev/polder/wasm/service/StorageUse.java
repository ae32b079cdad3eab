package dev.polder.wasm.service;

/**
 * What an app keeps in one store or database.
 *
 * @param kind {@code key-value} or {@code sqlite}
 * @param label as in the manifest
 * @param keys how many; -1 for a database, and for a store that is not Polder's own
 * @param bytes of keys and values, or of the database's files; -1 for a store that is not Polder's own
 */
public record StorageUse(String kind, String label, long keys, long bytes) {}
