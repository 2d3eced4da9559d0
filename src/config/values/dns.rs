//! A resolver to ask.

use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::Spanned;
use toml::de::DeValue;

use super::super::diagnostic::Problem;
use super::super::reader::{FromToml, Reader};

const PORT: u16 = 53;

/// An IP address, with or without a port.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct DnsServer(pub(in super::super) SocketAddr);

inline_schema!(DnsServer, { "type": "string", "minLength": 1 });

impl FromToml for DnsServer {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        const FORMS: &str = "write \"192.0.2.53\" or \"127.0.0.1:5353\"; without `servers` the system's are asked";
        let text = reader.string(value, "an address such as \"192.0.2.53\"")?;
        let address = text.parse::<SocketAddr>().or_else(|_| text.parse::<IpAddr>().map(|ip| (ip, PORT).into()));
        let problem = match address {
            Ok(address) if address.port() != 0 => return Some(Self(address)),
            Ok(_) => Problem::at(&value.span(), "a DNS server can't have port 0"),
            Err(_) => Problem::at(&value.span(), format!("`{text}` is not the address of a DNS server")),
        };
        reader.problems.push(problem.help(FORMS));
        None
    }
}
