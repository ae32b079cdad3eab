/** Tests of the engines. */
package dev.polder.wasm.engine;
