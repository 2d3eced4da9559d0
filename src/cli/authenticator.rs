//! `otp-relay authenticator`: codes of authenticator apps, and how their secrets get into the configuration.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use super::output::{self, BOLD, NOTE, paint};
use super::{Exit, Failure, Global};
use crate::authenticator::{self, Account, Settings, qr};
use crate::config;
use crate::extract::Identifier;

/// Codes of authenticator apps: print one, or take over a secret from a QR image
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  otp-relay authenticator show acme-alice\n  otp-relay authenticator import qr.png")]
pub(super) struct Authenticator {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Show(Show),
    Import(Import),
}

/// Print the present code of an [[authenticator]] and how many seconds it lives
///
/// Binds nothing: a run that asks is given the same code. Exit code 1 when there is no such authenticator.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  otp-relay authenticator show acme-alice\n  \
otp-relay authenticator show acme-alice --json | jq -r .code")]
struct Show {
    /// Its totp_identifier
    identifier: String,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Read the QR image of a two-factor set-up, and print the [[authenticator]] to write into the configuration
///
/// Takes a PNG image (a screenshot, say) with one QR code: an account (otpauth://) or the export of Google Authenticator
/// (otpauth-migration://). What is printed holds the secret, unless --secret-file says where to keep it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  otp-relay authenticator import qr.png --totp-identifier acme-alice \\\n    \
--secret-file /etc/credstore/acme-alice-totp >> /etc/otp-relay/otp-relay.toml\n  shred -u qr.png")]
struct Import {
    /// A PNG image
    #[arg(value_name = "FILE.png")]
    file: PathBuf,
    /// What the codes are asked for under [default: the account's name]
    #[arg(long, value_name = "IDENTIFIER")]
    totp_identifier: Option<String>,
    /// Keep the secret in this new file (mode 0600) rather than in the text
    #[arg(long, value_name = "PATH")]
    secret_file: Option<PathBuf>,
}

impl Authenticator {
    pub(super) fn execute(self, global: &Global) -> Result<Exit, Failure> {
        match self.command {
            Command::Show(show) => show.execute(global),
            Command::Import(import) => import.execute(),
        }
    }
}

impl Show {
    fn execute(self, global: &Global) -> Result<Exit, Failure> {
        let config = global.config_without_secrets()?;
        let wanted = Identifier::new(&self.identifier)
            .map_err(|error| Failure::new(Exit::Usage, format!("the identifier can't be used: {error}")))?;
        let found = config.authenticators.iter().find(|authenticator| authenticator.identifier == wanted);
        let found = found.ok_or_else(|| Failure::new(Exit::CheckFailed, none_such(&wanted, &config.authenticators)))?;
        let secret = found.secret.read().map_err(|error| {
            let help = error.help().map(|help| format!("\n  help: {help}")).unwrap_or_default();
            Failure::new(Exit::Config, format!("{error}{help}"))
        })?;
        let authenticator = authenticator::Authenticator::parse(secret.expose_secret(), found.settings)
            .map_err(|error| Failure::new(Exit::Config, format!("the secret of `{wanted}` can't be used: {error}")))?;
        let now = Timestamp::now();
        let shown = authenticator.at(now, Duration::ZERO);
        let left = Duration::try_from(shown.until.duration_since(now)).unwrap_or_default().as_secs();
        if self.json {
            output::print_json(&serde_json::json!({
                "totp_identifier": wanted.as_str(),
                "code": shown.code.expose(),
                "remaining_seconds": left,
                "period_seconds": authenticator.period().as_secs(),
            }))?;
        } else {
            output::print(&format!("{}, good for {left} s\n", paint(BOLD, shown.code.expose())))?;
        }
        Ok(Exit::Fine)
    }
}

fn none_such(wanted: &Identifier, authenticators: &[config::Authenticator]) -> String {
    let there: Vec<String> =
        authenticators.iter().map(|authenticator| format!("`{}`", authenticator.identifier)).collect();
    match there.as_slice() {
        [] => "the configuration has no [[authenticator]]".to_owned(),
        there => format!("there is no authenticator `{wanted}`; there are {}", there.join(", ")),
    }
}

impl Import {
    fn execute(self) -> Result<Exit, Failure> {
        let refused = |exit, why: String| Failure::new(exit, format!("failed to read {}: {why}", self.file.display()));
        let text = qr::read(&self.file).map_err(|error| match error {
            qr::QrError::Unreadable(error) => refused(Exit::NoInput, error.to_string()),
            error => refused(Exit::CheckFailed, error.to_string()),
        })?;
        let accounts = authenticator::accounts(text.expose_secret())
            .map_err(|error| refused(Exit::CheckFailed, format!("what its QR code says can't be used: {error}")))?;
        if accounts.len() > 1 && (self.totp_identifier.is_some() || self.secret_file.is_some()) {
            let why = format!("it holds {} accounts: --totp-identifier and --secret-file are for one", accounts.len());
            return Err(refused(Exit::Usage, why));
        }
        let mut page = String::new();
        for account in &accounts {
            let uri = account.uri();
            authenticator::Authenticator::parse(uri.expose_secret(), Settings::default())
                .map_err(|error| refused(Exit::CheckFailed, format!("its account can't be used: {error}")))?;
            page.push_str(&self.block(account, &uri)?);
        }
        output::print(&page)?;
        if self.secret_file.is_none() {
            anstream::eprintln!(
                "{} this text holds the secret: whoever has it can make the codes. --secret-file PATH keeps it apart.",
                paint(NOTE, "note:")
            );
        }
        Ok(Exit::Fine)
    }

    fn block(&self, account: &Account, uri: &SecretString) -> Result<String, Failure> {
        let named =
            self.totp_identifier.as_deref().or_else(|| Some(account.name.as_str()).filter(|name| !name.is_empty()));
        let identifier = Identifier::new(named.unwrap_or("…"))
            .map_err(|error| Failure::new(Exit::Usage, format!("--totp-identifier can't be used: {error}")))?;
        let secret = match &self.secret_file {
            Some(path) => {
                keep(path, uri)?;
                // The configuration, which may lie elsewhere, takes relative paths from its own directory.
                let absolute = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                reference(&absolute)
            }
            None => quoted(uri.expose_secret()),
        };
        let whose = account.issuer.as_deref().map(|issuer| format!("# {}\n", issuer.replace(char::is_control, " ")));
        Ok(format!(
            "\n{}[[authenticator]]\ntotp_identifier = {}\nsecret = {secret}\n",
            whose.unwrap_or_default(),
            quoted(identifier.as_str())
        ))
    }
}

/// Writes a secret into a new file for its owner alone.
fn keep(path: &Path, secret: &SecretString) -> Result<(), Failure> {
    let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).and_then(|mut file| {
        file.write_all(secret.expose_secret().as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()
    });
    written.map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::AlreadyExists => "it exists already, and no secret is overwritten".to_owned(),
            _ => error.to_string(),
        };
        Failure::new(Exit::Io, format!("failed to write {}: {why}", path.display()))
    })
}

/// How the configuration names a secret's file: one in systemd's store, which only root reads, is a credential.
fn reference(path: &Path) -> String {
    let name =
        path.file_name().and_then(OsStr::to_str).filter(|_| path.parent() == Some(Path::new(config::secret::STORE)));
    match name {
        Some(name) => format!("{{ credential = {} }} # LoadCredential={name} in the unit", quoted(name)),
        None => format!("{{ file = {} }}", quoted(&path.display().to_string())),
    }
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import() -> Import {
        Import { file: "qr.png".into(), totp_identifier: None, secret_file: None }
    }

    fn account() -> Account {
        let uri = "otpauth://totp/Acme%20%22Co%22:Alice@example.com?secret=GEZDGNBVGY3TQOJQ&issuer=Acme%20%22Co%22";
        authenticator::accounts(uri).unwrap().pop().unwrap()
    }

    #[test]
    fn an_imported_account_is_toml_that_the_configuration_takes() {
        let account = account();
        let block = import().block(&account, &account.uri()).unwrap();
        let rest = "[skyvern]\napi_key = { env = \"PATH\" }\n[[inbox]]\nname = \"a\"\nprovider = \"gmail\"\nusername = \"a\"\npassword = { env = \"PATH\" }\n";
        let config = config::Config::parse(&format!("{rest}{block}"), Path::new("x"), config::Secrets::Read).unwrap();
        assert_eq!(config.authenticators[0].identifier.as_str(), "alice@example.com");
        assert!(block.starts_with("\n# Acme \"Co\"\n[[authenticator]]\n"), "{block}");
    }

    #[test]
    fn a_secret_in_systemds_store_is_a_credential() {
        let there = reference(Path::new("/etc/credstore/acme-totp"));
        assert_eq!(there, "{ credential = \"acme-totp\" } # LoadCredential=acme-totp in the unit");
        assert_eq!(reference(Path::new("/srv/acme-totp")), "{ file = \"/srv/acme-totp\" }");
    }

    #[test]
    fn a_secret_file_is_new_and_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("acme");
        let import = Import { secret_file: Some(path.clone()), totp_identifier: Some("acme".into()), ..import() };
        let account = account();
        let block = import.block(&account, &account.uri()).unwrap();
        assert!(!block.contains("GEZDGNBV"), "{block}");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("otpauth://totp/"));
        assert!(import.block(&account, &account.uri()).is_err(), "an existing file is overwritten");
    }
}
