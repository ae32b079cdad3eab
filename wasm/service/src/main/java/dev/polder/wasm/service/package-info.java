/**
 * Apps: services that run as WebAssembly behind an HTTP trigger.
 *
 * <p>A checked-out source folder is built ({@link dev.polder.wasm.service.AppBuilder}) into wasm files and their
 * manifest ({@link dev.polder.wasm.service.SpinManifest}), deployed ({@link dev.polder.wasm.service.WasmApps#deploy})
 * and serves one guest instance per request ({@link dev.polder.wasm.service.WasmApps#handle}).
 */
@NullMarked
package dev.polder.wasm.service;

import org.jspecify.annotations.NullMarked;
