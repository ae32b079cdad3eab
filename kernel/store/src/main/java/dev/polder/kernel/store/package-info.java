/**
 * Durable state: resources with versions, blobs by digest, a change feed, and SQL for those who need tables of their
 * own. Nothing above this package knows whether SQLite or PostgreSQL is below it.
 */
@NullMarked
package dev.polder.kernel.store;

import org.jspecify.annotations.NullMarked;
