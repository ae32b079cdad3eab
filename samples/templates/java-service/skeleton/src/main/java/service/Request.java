package service;

/** What is asked for. */
record Request(String path, String query) {}
