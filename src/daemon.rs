//! Starts, wires, reloads and stops the tasks; tells systemd.
