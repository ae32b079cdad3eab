;; Never ends, and already while it is made.
(module (func $forever (loop $again (br $again))) (start $forever))
