//! Wire types v1: the only compatibility promise between client and server.
