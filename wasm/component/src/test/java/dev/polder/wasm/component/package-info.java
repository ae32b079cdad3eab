/** Tests of components, on both engines. */
package dev.polder.wasm.component;
