package dev.polder.mesh.proxy;

/** One header line as it was received: the name keeps its case, the value has no surrounding blanks. */
public record HttpHeader(String name, String value) {}
