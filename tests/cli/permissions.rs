//! Files that the program's user may not read. As root, as in CI, everything can be read: the program is then started as
//! the user `nobody`, from a directory that this user can enter.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Output};

use crate::{code, stderr, write};

const NOBODY: u32 = 65534;

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("failed to change a mode");
}

/// `otp-relay run` with this configuration, by a user who is not root.
fn run(program: &Path, config: &Path) -> Output {
    let mut command = Command::new(program);
    if rustix::process::geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    let directory = config.parent().expect("a directory");
    command.args(["run", "--config"]).arg(config).current_dir(directory).output().expect("otp-relay runs")
}

#[test]
fn a_secret_that_may_not_be_read_is_a_mistake_of_the_configuration_with_its_line() {
    let directory = tempfile::tempdir().unwrap();
    chmod(directory.path(), 0o755);
    // The build's own directory may be closed to others.
    let program = directory.path().join("otp-relay");
    fs::copy(env!("CARGO_BIN_EXE_otp-relay"), &program).unwrap();
    let config = write(
        directory.path(),
        "otp-relay.toml",
        "[skyvern]\napi_key = { file = \"api-key\" }\n\n[store]\nurl = \"sqlite:///nowhere/state.db\"\n\n\
         [[inbox]]\nname = \"a\"\nhost = \"imap.example.com\"\nusername = \"a@example.com\"\n\
         password = { file = \"closed/password\" }\n",
    );
    let closed = directory.path().join("closed");
    fs::create_dir(&closed).unwrap();
    let key = write(directory.path(), "api-key", "made-up-key-hunter2");
    write(&closed, "password", "made-up-password-hunter2");
    // One whose mode denies it, and one in a directory that can't be entered.
    chmod(&key, 0o000);
    chmod(&closed, 0o000);

    let output = run(&program, &config);
    let said = stderr(&output);
    assert_eq!(code(&output), 78, "{said}");
    for (place, path) in [(":2:11: error: ", &key), (":11:12: error: ", &closed.join("password"))] {
        let expected = format!("{}{place}{} can't be read: Permission denied", config.display(), path.display());
        assert!(said.contains(&expected), "{expected}\n--\n{said}");
    }
    assert_eq!(said.matches("help: let the user that otp-relay runs as read it").count(), 2, "{said}");
    assert!(!said.contains("hunter2"), "{said}");

    // With permission the same configuration is none to complain of: what fails next is the store.
    chmod(&key, 0o444);
    chmod(&closed, 0o755);
    let output = run(&program, &config);
    let said = stderr(&output);
    assert!(code(&output) != 78 && said.contains("/nowhere"), "{}: {said}", code(&output));
}
