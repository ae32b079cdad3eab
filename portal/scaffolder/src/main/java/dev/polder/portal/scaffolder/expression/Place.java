package dev.polder.portal.scaffolder.expression;

/** A place in a template, both parts counted from one. */
record Place(int line, int column) {}
