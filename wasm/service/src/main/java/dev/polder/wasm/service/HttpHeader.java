package dev.polder.wasm.service;

/** One header field. Names are compared without case; one name may stand several times in a list. */
public record HttpHeader(String name, String value) {}
