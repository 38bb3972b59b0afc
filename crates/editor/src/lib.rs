//! Headless application: Command to state and effects; no window, clock, thread or IO.
