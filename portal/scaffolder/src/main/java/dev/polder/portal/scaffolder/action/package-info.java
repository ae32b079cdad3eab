/** The actions that come with the scaffolder; written against {@code TemplateAction} like anybody else's. */
@NullMarked
package dev.polder.portal.scaffolder.action;

import org.jspecify.annotations.NullMarked;
