//! The domain: masks, edits, versions, diff, merge, uncertainty and queue order.
