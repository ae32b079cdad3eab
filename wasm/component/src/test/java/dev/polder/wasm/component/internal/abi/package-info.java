/** Tests of the canonical ABI. */
package dev.polder.wasm.component.internal.abi;
