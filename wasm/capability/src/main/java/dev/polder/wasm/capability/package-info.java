/**
 * What a guest may be granted besides WASI: variables, key-value stores, SQLite databases, and connections to Redis,
 * MQTT, PostgreSQL and MySQL, as the host interfaces of Spin and of the {@code wasi:keyvalue}, {@code wasi:config} and
 * {@code wasi:logging} proposals.
 */
@NullMarked
package dev.polder.wasm.capability;

import org.jspecify.annotations.NullMarked;
