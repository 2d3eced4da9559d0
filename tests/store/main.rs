//! The store as a file on a disk: what is durable, what is known again, what is erased, who may open it.

mod ahead;
mod bulk;
mod file;
mod group;
mod history;
mod known;
mod leases;
mod mails;
mod power;
#[path = "../support/reboot.rs"]
mod reboot;
mod secrets;
#[path = "../support/wait.rs"]
mod wait;
