;; Wants all that 32 bits can address.
(module (memory (export "memory") 65536 65536))
