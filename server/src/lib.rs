//! The backend: cases, tiles, queue, label versions with audit, blobs.
