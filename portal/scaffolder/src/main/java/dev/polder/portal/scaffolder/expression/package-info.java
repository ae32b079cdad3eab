/**
 * A closed interpreter of the template language that Backstage's scaffolder uses: a subset of Nunjucks 3.2 in which the
 * output mark is <code>${{ }}</code>. A template sees the values it was given and nothing else of the program.
 */
@NullMarked
package dev.polder.portal.scaffolder.expression;

import org.jspecify.annotations.NullMarked;
