//! From what is written to what the daemon uses: everything that can be said of a file whose values have the right kind.
//!
//! Nothing stops at a mistake. What is wrong is pushed, a stand-in is used, and the checking goes on; the result counts
//! only if nothing was pushed.

mod account;
mod inbox;
mod listen;
mod rules;
mod secrets;
mod sender;

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::diagnostic::{Problem, Problems};
use super::file::{File, ServiceTable, SkyvernTable, StoreTable};
use super::reader::{At, Key};
use super::values::{DurationText, FilePath};
use super::{Config, Secrets, Service, Skyvern, Store};

const BASE_URL: &str = "https://api.skyvern.com";
const STORE_URL: &str = "sqlite:///var/lib/otp-relay/state.db";
const HISTORY: Duration = Duration::from_secs(30 * 86_400);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
const REQUESTS: usize = 16;
const SOURCE: &str = "email";

/// What the checks look at beside the file.
#[derive(Debug)]
struct Checker<'a> {
    problems: &'a mut Problems,
    secrets: Secrets,
}

/// The checked configuration; it counts only if `problems` stayed empty.
pub(super) fn check(file: &File, path: &Path, secrets: Secrets, problems: &mut Problems) -> Option<Config> {
    let mut checker = Checker { problems, secrets };
    let skyvern = checker.skyvern(&file.skyvern);
    let store = checker.store(file.store.value());
    let service = service(file.service.value(), &store);
    let listen = checker.listen(file, skyvern.as_ref().map(|skyvern| &skyvern.api_key));
    let authenticators = checker.authenticators(file);
    let dns = checker.dns(file.dns.value());
    let inboxes = checker.inboxes(file);
    Some(Config { path: path.to_owned(), skyvern: skyvern?, store, service, listen, authenticators, dns, inboxes })
}

/// Every secret that stands in the file itself.
pub(super) fn has_literal_secret(file: &File) -> Option<std::ops::Range<usize>> {
    secrets::literals(file).into_iter().min_by_key(|span| span.start)
}

impl Checker<'_> {
    fn push(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn skyvern(&mut self, table: &Key<SkyvernTable>) -> Option<Skyvern> {
        let At { value: table, span } = match table {
            Key::Given(table) => table,
            Key::Refused => return None,
            Key::Absent => {
                self.push(
                    Problem::missing("there is no [skyvern] table: nothing says where codes go")
                        .help("write [skyvern] and api_key = { credential = \"skyvern-api-key\" }"),
                );
                return None;
            }
        };
        if table.api_key.is_absent() {
            self.push(Problem::shape(span, "[skyvern] lacks `api_key`").help(
                "write api_key = { credential = \"skyvern-api-key\" }, { env = \"NAME\" } or { file = \"PATH\" }",
            ));
        }
        if let Some(key) = table.api_key.given() {
            self.api_key(key);
        }
        let source = table.source.given();
        if let Some(source) = source {
            if source.value.trim().is_empty() {
                self.push(Problem::at(&source.span, "`source` is empty"));
            } else if source.value.contains(char::is_control) {
                self.push(Problem::at(&source.span, "`source` holds a control character"));
            }
        }
        let base_url = match table.base_url.given() {
            None => url::Url::parse(BASE_URL).ok(),
            Some(url) => self.base_url(
                &At { value: url.value.0.clone(), span: url.span.clone() },
                flag(&table.allow_plaintext, false),
            ),
        };
        Some(Skyvern {
            base_url: base_url?,
            api_key: table.api_key.value()?.clone(),
            timeout: duration(&table.timeout, REQUEST_TIMEOUT),
            connections: table.connections.value().map_or(REQUESTS, |count| count.0 as usize),
            ca: self.ca(&table.ca),
            source: source.map_or_else(|| SOURCE.to_owned(), |source| source.value.clone()),
        })
    }

    /// Codes are POSTed to `{base_url}/v1/credentials/totp`.
    fn base_url(&mut self, url: &At<url::Url>, allow_plaintext: bool) -> Option<url::Url> {
        let At { value: url, span } = url;
        let path = url.path().trim_end_matches('/');
        let too_much = ["/api/v1/credentials/totp", "/v1/credentials/totp", "/api/v1", "/v1"];
        if let Some(rest) = too_much.iter().find_map(|tail| path.strip_suffix(tail)) {
            let mut shorter = url.clone();
            shorter.set_path(rest);
            self.push(
                Problem::at(span, "`base_url` goes too far: otp-relay adds /v1/credentials/totp itself")
                    .help(format!("write base_url = \"{}\"", shorter.as_str().trim_end_matches('/'))),
            );
        }
        if url.scheme() == "http" && !allow_plaintext && !url.host_str().is_some_and(is_loopback) {
            self.push(
                Problem::at(span, "`base_url` sends codes and the API key over the network in plain text")
                    .help("write https://, or allow_plaintext = true where the network is trusted"),
            );
        }
        Some(url.clone())
    }

    fn store(&mut self, table: Option<&StoreTable>) -> Store {
        let url = table.and_then(|table| table.url.given());
        if let Some(url) = url {
            self.store_url(url);
        }
        Store {
            url: url.map_or_else(|| STORE_URL.to_owned(), |url| url.value.clone()),
            history: table.map_or(HISTORY, |table| duration(&table.history, HISTORY)),
        }
    }

    fn store_url(&mut self, url: &At<String>) {
        let At { value: url, span } = url;
        const WRITE: &str = "write url = \"sqlite:///var/lib/otp-relay/state.db\"";
        let problem = match url.split_once(':') {
            Some(("postgres" | "postgresql", _)) => {
                Problem::at(span, "PostgreSQL is not supported in this version").help(WRITE)
            }
            Some(("sqlite", rest)) => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                if rest == ":memory:" || path == ":memory:" {
                    Problem::at(span, "a store in memory forgets what was sent when the daemon ends").help(WRITE)
                } else if path.contains('?') || path.contains('#') {
                    Problem::at(span, "the store's URL takes no options")
                } else if !path.starts_with('/') {
                    Problem::at(span, "the store needs an absolute path")
                        .help(format!("write url = \"sqlite:///{}\"", path.trim_start_matches("./")))
                } else if !rest.starts_with("//") {
                    Problem::at(span, "the store's URL lacks its slashes")
                        .help(format!("write url = \"sqlite://{path}\""))
                } else if path.ends_with('/') {
                    Problem::at(span, "the store's path names a directory, not a file").help(WRITE)
                } else {
                    return;
                }
            }
            _ if url.starts_with('/') => {
                Problem::at(span, "the store needs a URL").help(format!("write url = \"sqlite://{url}\""))
            }
            _ => Problem::at(span, "the store's URL must begin with sqlite://").help(WRITE),
        };
        self.push(problem);
    }
}

fn service(table: Option<&ServiceTable>, store: &Store) -> Service {
    let given = table.and_then(|table| table.socket.value());
    Service { socket: given.map_or_else(|| default_socket(store), |path| path.0.clone()) }
}

/// `status.sock` in systemd's `$RUNTIME_DIRECTORY` (the first, if there are several). A shell does not have that variable: of
/// a store in `/var/lib/NAME` it is `/run/NAME`, while there is such a directory. Else it stands beside the store.
fn default_socket(store: &Store) -> PathBuf {
    let runtime = std::env::var("RUNTIME_DIRECTORY").ok();
    let runtime = runtime.as_deref().and_then(|value| value.split(':').next()).filter(|value| !value.is_empty());
    let beside = Path::new(store.url.trim_start_matches("sqlite://")).parent().unwrap_or(Path::new("/"));
    let of_service = beside.strip_prefix("/var/lib").ok().filter(|name| name.components().count() == 1);
    let of_service = of_service.map(|name| Path::new("/run").join(name)).filter(|directory| directory.is_dir());
    let directory = runtime.map(PathBuf::from).or(of_service).unwrap_or_else(|| beside.to_owned());
    directory.join("status.sock")
}

fn flag(key: &Key<bool>, default: bool) -> bool {
    key.value().copied().unwrap_or(default)
}

fn duration(key: &Key<DurationText>, default: Duration) -> Duration {
    key.value().map_or(default, |duration| duration.0)
}

fn file_path(key: &Key<FilePath>) -> Option<PathBuf> {
    key.value().map(|path| path.0.clone())
}

/// Whether a host is this machine whatever the network does.
fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
    host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        || host.eq_ignore_ascii_case("localhost")
        || host.to_ascii_lowercase().ends_with(".localhost")
}
