// Package web joins net/http with what calls this service, and with what this service calls. Nothing of it is in the module
// unless it is imported.
//
// Importing it makes http.Get and the rest send their requests through the host. Where they may go stands in spin.toml:
// allowed_outbound_hosts = ["http://orders.default"]
package web
