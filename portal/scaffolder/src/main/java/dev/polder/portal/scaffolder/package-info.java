/**
 * Software templates: {@code scaffolder.backstage.io/v1beta3} entities, the tasks that run them, the actions they are made
 * of, and Backstage's HTTP API over them.
 */
@NullMarked
package dev.polder.portal.scaffolder;

import org.jspecify.annotations.NullMarked;
