/** Sources of events that wake apps: Redis, cron, MQTT and message brokers; and what could not be delivered. */
@NullMarked
package dev.polder.wasm.event;

import org.jspecify.annotations.NullMarked;
