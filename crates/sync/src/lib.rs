//! Diff, pure plan, execute: the client side of the sync protocol.
