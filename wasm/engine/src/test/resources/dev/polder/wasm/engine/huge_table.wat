;; Wants a table of nine million entries.
(module (table (export "table") 9000000 funcref))
