/** Tests of the sources' parts. */
package dev.polder.wasm.event.internal;
