package dev.polder.wasm.service;

import dev.polder.wasm.capability.MessageBroker;
import java.time.Instant;

/**
 * What wakes an app besides requests.
 *
 * @param message the payload, under the channel, topic or subject that it came by; of a cron trigger the expression and
 *     nothing
 * @param at when it came; of a cron trigger the time that it stands for
 */
public record AppEvent(MessageBroker.Message message, Instant at) {}
