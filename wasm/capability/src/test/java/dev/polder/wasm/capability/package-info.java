/** Tests of the capabilities, against real servers where there are some. */
package dev.polder.wasm.capability;
