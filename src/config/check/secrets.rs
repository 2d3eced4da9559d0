//! Secrets and certificates: that they can be read, and that they are what they should be. Values are looked at, never kept.

use std::io::ErrorKind;
use std::ops::Range;
use std::path::PathBuf;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use secrecy::{ExposeSecret, SecretString};

use super::super::diagnostic::Problem;
use super::super::file::File;
use super::super::reader::{At, Key};
use super::super::secret::DENIED;
use super::super::values::FilePath;
use super::super::{Secret, Secrets};
use super::{Checker, file_path};

impl Checker<'_> {
    /// Reads a secret, if secrets are to be read at all.
    pub(super) fn secret(&mut self, key: &Key<Secret>) -> Option<SecretString> {
        self.read_secret(key.given()?)
    }

    fn read_secret(&mut self, At { value: secret, span }: &At<Secret>) -> Option<SecretString> {
        if self.secrets == Secrets::Unread && !matches!(secret, Secret::Literal(_)) {
            return None;
        }
        match secret.read() {
            Ok(value) => Some(value),
            Err(error) => {
                let problem = Problem::at(span, error.to_string());
                self.push(match error.help() {
                    Some(help) => problem.help(help),
                    None => problem,
                });
                None
            }
        }
    }

    /// Skyvern takes the key only exactly as it is (403 otherwise).
    pub(super) fn api_key(&mut self, at: &At<Secret>) {
        let Some(value) = self.read_secret(at) else { return };
        let value = value.expose_secret();
        if value.trim() != value {
            self.push(Problem::at(&at.span, "the API key has blanks or line ends around it: Skyvern would refuse it"));
        } else if value.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")) {
            self.push(
                Problem::at(&at.span, "the API key begins with `Bearer`: Skyvern would refuse it")
                    .help("keep the key alone"),
            );
        } else if !value.bytes().all(|b| b.is_ascii_graphic()) {
            self.push(Problem::at(&at.span, "the API key holds a character that no API key has"));
        }
    }

    /// A file of root certificates.
    pub(super) fn ca(&mut self, key: &Key<FilePath>) -> Option<PathBuf> {
        let path = file_path(key)?;
        let span = &key.given()?.span;
        if self.secrets == Secrets::Unread {
            return Some(path);
        }
        match std::fs::read(&path) {
            Err(error) => {
                let problem = Problem::at(span, format!("{} can't be read: {error}", path.display()));
                let denied = error.kind() == ErrorKind::PermissionDenied;
                self.push(if denied { problem.help(DENIED) } else { problem });
            }
            Ok(bytes) => {
                let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
                if !certificates.is_ok_and(|found| !found.is_empty()) {
                    self.push(
                        Problem::at(span, format!("{} holds no certificate in PEM form", path.display()))
                            .help("it must begin with -----BEGIN CERTIFICATE-----"),
                    );
                }
            }
        }
        Some(path)
    }
}

/// The places of all secrets that are written into the file.
pub(super) fn literals(file: &File) -> Vec<Range<usize>> {
    let mut keys: Vec<&Key<Secret>> = file.skyvern.value().map(|table| &table.api_key).into_iter().collect();
    for inbox in file.inbox.value().into_iter().flatten() {
        keys.push(&inbox.value.password);
        if let Some(oauth2) = inbox.value.oauth2.value() {
            keys.extend([&oauth2.client_secret, &oauth2.refresh_token]);
        }
    }
    keys.extend(file.authenticator.value().into_iter().flatten().map(|authenticator| &authenticator.value.secret));
    let pulls = file.pull.value().into_iter().flatten().filter_map(|pull| pull.value.api_keys.value());
    let lists = file.listen.value().and_then(|table| table.api_keys.value()).into_iter().chain(pulls);
    let all = keys.into_iter().filter_map(Key::given).chain(lists.flatten());
    all.filter(|at| matches!(at.value, Secret::Literal(_))).map(|at| at.span.clone()).collect()
}
