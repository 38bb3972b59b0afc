//! burn: models, weight loading, tiling, uncertainty, training; one pinned worker thread.
