//! The PHI firewall: what may come in, what is removed on the way, and the report of it.
