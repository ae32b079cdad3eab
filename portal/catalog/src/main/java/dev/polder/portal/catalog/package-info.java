/**
 * The software catalogue: descriptors from files, folders, globs and URLs become processed entities, an immutable
 * in-memory index and Backstage's catalogue API.
 *
 * <p>One thread processes ({@link Catalog}); every answer is given from the index that it published last.
 */
@NullMarked
package dev.polder.portal.catalog;

import org.jspecify.annotations.NullMarked;
