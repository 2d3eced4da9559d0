//! Where to listen.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::Spanned;
use toml::de::DeValue;

use super::super::Address;
use super::super::diagnostic::Problem;
use super::super::reader::{FromToml, Reader};

/// `sun_path` of unix(7), less its NUL.
const LONGEST_SOCKET_PATH: usize = 107;

impl JsonSchema for Address {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Address".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1 })
    }
}

impl FromToml for Address {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        const FORMS: &str =
            "write \"127.0.0.1:8025\", \"[::1]:8025\", \"unix:/run/otp-relay/http.sock\" or \"systemd\"";
        let text = reader.string(value, "an address such as \"127.0.0.1:8025\"")?;
        let key = reader.key.clone();
        let write = |better: &str| format!("write {key} = \"{better}\"");
        let port = text.trim_start_matches(':').parse::<u16>();
        let problem = if let Ok(address) = text.parse::<SocketAddr>() {
            if address.port() != 0 {
                return Some(Self::Tcp(address));
            }
            Problem::at(&value.span(), format!("`{key}` can't have port 0")).help(FORMS)
        } else if text == "systemd" {
            return Some(Self::Systemd);
        } else if let Some(path) = text.strip_prefix("unix:") {
            let path = path.strip_prefix("//").filter(|path| path.starts_with('/')).unwrap_or(path);
            let full = reader.base.join(path);
            if !path.is_empty() && full.as_os_str().len() <= LONGEST_SOCKET_PATH {
                return Some(Self::Unix(full));
            }
            let message = match path.is_empty() {
                true => format!("`{key}` lacks the socket's path"),
                false => format!("the path of a socket has at most {LONGEST_SOCKET_PATH} bytes"),
            };
            Problem::at(&value.span(), message)
        } else if text.starts_with('/') && Path::new(text).file_name().is_some() {
            Problem::at(&value.span(), format!("`{key}` is a path, not an address"))
                .help(write(&format!("unix:{text}")))
        } else if let Ok(port) = port {
            Problem::at(&value.span(), format!("`{key}` lacks the address to listen at"))
                .help(write(&format!("127.0.0.1:{port}")))
        } else if let Some(rest) = text.strip_prefix("localhost:").filter(|port| port.parse::<u16>().is_ok()) {
            Problem::at(&value.span(), format!("`{key}` takes an IP address, not a name"))
                .help(write(&format!("127.0.0.1:{rest}")))
        } else if let Ok(ip) = text.parse::<IpAddr>() {
            let better = SocketAddr::new(ip, 8025).to_string();
            Problem::at(&value.span(), format!("`{key}` lacks a port")).help(write(&better))
        } else {
            Problem::at(&value.span(), format!("`{text}` is not an address to listen at")).help(FORMS)
        };
        reader.problems.push(problem);
        None
    }
}
