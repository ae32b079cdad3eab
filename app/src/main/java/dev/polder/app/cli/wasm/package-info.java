/** The commands of {@code polder wasm}: what a person who writes Wasm apps does on their own machine. */
@org.jspecify.annotations.NullMarked
package dev.polder.app.cli.wasm;
