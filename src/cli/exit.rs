//! How a command ends: documented exit codes (`sysexits.h` where it has one) and the message beside them.

use std::process::{ExitCode, Termination};

use crate::config::ConfigErrors;
use crate::daemon::DaemonError;
use crate::http::HttpError;
use crate::store::StoreError;

/// The process's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Fine,
    /// A check failed, or what was asked for was not found.
    CheckFailed,
    Usage,
    /// EX_NOINPUT: an input file can't be read.
    NoInput,
    /// EX_UNAVAILABLE: the daemon or a server can't be reached.
    Unavailable,
    /// EX_SOFTWARE.
    Internal,
    /// EX_IOERR: the store, or the output, failed.
    Io,
    /// EX_TEMPFAIL: another daemon holds the store.
    TryLater,
    /// EX_CONFIG.
    Config,
}

impl Exit {
    pub fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::CheckFailed => 1,
            Self::Usage => 2,
            Self::NoInput => 66,
            Self::Unavailable => 69,
            Self::Internal => 70,
            Self::Io => 74,
            Self::TryLater => 75,
            Self::Config => 78,
        }
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}

/// Why a command could not do what it was asked: one message for a person, one code for a script.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    pub exit: Exit,
    pub message: String,
    /// The message says itself, line by line, that it is about errors.
    pub(super) names_itself: bool,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), names_itself: false }
    }
}

impl From<ConfigErrors> for Failure {
    fn from(errors: ConfigErrors) -> Self {
        Self { names_itself: true, ..Self::new(Exit::Config, errors.to_string()) }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let exit = if matches!(error, StoreError::Locked(_)) { Exit::TryLater } else { Exit::Io };
        Self::new(exit, error.to_string())
    }
}

impl From<DaemonError> for Failure {
    fn from(error: DaemonError) -> Self {
        match error {
            DaemonError::Store(error) => error.into(),
            error @ (DaemonError::Client(_)
            | DaemonError::Http(
                HttpError::Certificate(_) | HttpError::Key { .. } | HttpError::Authenticator { .. },
            )) => Self::new(Exit::Config, error.to_string()),
            error @ (DaemonError::Socket { .. } | DaemonError::Signals(_) | DaemonError::Http(_)) => {
                Self::new(Exit::Io, error.to_string())
            }
        }
    }
}
