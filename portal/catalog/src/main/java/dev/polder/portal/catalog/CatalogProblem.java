package dev.polder.portal.catalog;

import dev.polder.kernel.model.Where;
import java.time.Instant;

/**
 * A mistake in a descriptor.
 *
 * @param where file or URL, line, column, field
 * @param message what was found and what was expected
 * @param kept whether the last good version is served in place of the one with the mistake
 * @param at when it was first seen
 */
public record CatalogProblem(Where where, String message, boolean kept, Instant at) {}
