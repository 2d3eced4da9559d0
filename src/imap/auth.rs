//! Logging in: SASL PLAIN and XOAUTH2 (with an initial response where the server takes one, RFC 4959), SASL LOGIN, and
//! the LOGIN command as the last resort. Where a server says LOGINDISABLED the command is not used (RFC 3501 section
//! 6.2.3).
//!
//! Tells refused credentials apart from everything else: only those may lock an account. The server's words never carry
//! the secret into an error, even if the server repeats it.

use async_imap::imap_proto::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use super::error::{Error, clean};
use super::session::{Capabilities, LONGEST_COMMAND, Session};

/// Longer lines are not taken by every server (RFC 7162 section 4): the initial response then follows in its own line.
const LONGEST_LINE: usize = 8000;

/// What proves who we are.
#[derive(Debug)]
pub(super) enum Credentials {
    Password(SecretString),
    /// An OAuth 2.0 access token.
    AccessToken(SecretString),
}

/// A command and what follows each of the server's requests for more.
struct Exchange {
    name: &'static str,
    command: String,
    answers: Vec<String>,
}

/// Logs in and asks what the server can do from now on.
pub(super) async fn log_in(session: &mut Session, username: &str, credentials: &Credentials) -> Result<(), Error> {
    if session.capabilities.is_empty() {
        session.ask_capabilities().await?;
    }
    let exchange = choose(&session.capabilities, username, credentials)?;
    let secret = match credentials {
        Credentials::Password(secret) | Credentials::AccessToken(secret) => secret.expose_secret(),
    };
    let shown = exchange.forms_of(secret);
    let announced = run(session, exchange).await.map_err(|error| error.without(&shown))?;
    match announced {
        Some(capabilities) => session.capabilities = capabilities,
        None => session.ask_capabilities().await?,
    }
    session.identify().await
}

fn choose(can: &Capabilities, username: &str, credentials: &Credentials) -> Result<Exchange, Error> {
    match credentials {
        Credentials::AccessToken(token) if can.has("AUTH=XOAUTH2") => {
            let response = format!("user={username}\x01auth=Bearer {}\x01\x01", token.expose_secret());
            Ok(sasl(can, "AUTHENTICATE XOAUTH2", &response))
        }
        Credentials::AccessToken(_) => {
            Err(Error::Login("the server does not offer XOAUTH2; use a password for this account".into()))
        }
        Credentials::Password(password) if can.has("AUTH=PLAIN") => {
            let response = format!("\0{username}\0{}", password.expose_secret());
            Ok(sasl(can, "AUTHENTICATE PLAIN", &response))
        }
        Credentials::Password(password) if !can.has("LOGINDISABLED") => login(username, password.expose_secret()),
        Credentials::Password(password) if can.has("AUTH=LOGIN") => Ok(Exchange {
            name: "AUTHENTICATE LOGIN",
            command: "AUTHENTICATE LOGIN".into(),
            answers: vec![BASE64.encode(username), BASE64.encode(password.expose_secret())],
        }),
        Credentials::Password(_) => Err(Error::Login(
            "the server takes no password here (LOGINDISABLED): it may want TLS first, or only OAuth 2.0".into(),
        )),
    }
}

/// A SASL mechanism whose client speaks first.
fn sasl(can: &Capabilities, name: &'static str, response: &str) -> Exchange {
    let response = BASE64.encode(response);
    if can.has("SASL-IR") && name.len() + response.len() < LONGEST_LINE {
        Exchange { name, command: format!("{name} {response}"), answers: Vec::new() }
    } else {
        Exchange { name, command: name.into(), answers: vec![response] }
    }
}

/// LOGIN with quoted strings, or literals where a quoted string can't carry the text.
fn login(username: &str, password: &str) -> Result<Exchange, Error> {
    if username.contains('\0') || password.contains('\0') {
        return Err(Error::Login("the username or the password holds a NUL character".into()));
    }
    let is_quotable = |text: &str| text.bytes().all(|b| (b' '..0x7f).contains(&b));
    let mut lines = vec!["LOGIN".to_owned()];
    for text in [username, password] {
        let Some(line) = lines.last_mut() else { continue };
        if is_quotable(text) {
            line.push_str(&format!(" \"{}\"", text.replace('\\', r"\\").replace('"', "\\\"")));
        } else {
            line.push_str(&format!(" {{{}}}", text.len()));
            lines.push(text.to_owned());
        }
    }
    let command = lines.remove(0);
    Ok(Exchange { name: "LOGIN", command, answers: lines })
}

impl Exchange {
    /// In what forms the secret goes out, and may come back in the server's words.
    fn forms_of(&self, secret: &str) -> Vec<SecretString> {
        let escaped = secret.replace('\\', r"\\").replace('"', "\\\"");
        let line = self.command.strip_prefix(self.name).unwrap_or_default().trim().to_owned();
        let forms = self.answers.iter().cloned().chain([secret.to_owned(), escaped, line]);
        forms.filter(|form| !form.is_empty()).map(SecretString::from).collect()
    }
}

async fn run(session: &mut Session, exchange: Exchange) -> Result<Option<Capabilities>, Error> {
    let name = exchange.name;
    let tag = session.send(&exchange.command).await?;
    let until = Instant::now() + LONGEST_COMMAND;
    let mut answers = exchange.answers.into_iter();
    let mut challenge = None;
    loop {
        let response = session.read_until(until).await?;
        match response.parsed() {
            Response::Continue(outcome) => {
                let answer = answers.next().unwrap_or_else(|| {
                    // XOAUTH2 tells why it refuses in a challenge, and refuses after an empty line.
                    challenge = outcome.information.as_deref().and_then(challenge_status);
                    String::new()
                });
                session.write(&(answer + "\r\n")).await?;
            }
            Response::Done { .. } => {
                return session.finish(&tag, name, &response).map_err(|error| judge(error, challenge));
            }
            _ => {}
        }
    }
}

/// The `status` of XOAUTH2's error, `+ eyJzdGF0dXMiOiI0MDAi…`.
fn challenge_status(text: &str) -> Option<String> {
    let json: serde_json::Value = serde_json::from_slice(&BASE64.decode(text.trim()).ok()?).ok()?;
    match json.get("status")? {
        serde_json::Value::String(status) => Some(clean(status)),
        serde_json::Value::Number(status) => Some(status.to_string()),
        _ => None,
    }
}

/// What a tagged NO or BAD says about the credentials.
fn judge(error: Error, status: Option<String>) -> Error {
    let Error::Refused { bad, code, said, .. } = error else { return error };
    let said = match status {
        Some(status) => format!("{said} (status {status})"),
        None => said,
    };
    // RFC 5530 section 3: none of these says anything about the credentials.
    let temporary = matches!(code.as_deref(), Some("UNAVAILABLE" | "SERVERBUG" | "INUSE" | "CONTACTADMIN"));
    if bad || temporary { Error::Login(said) } else { Error::Rejected(said) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Credentials {
        Credentials::Password(SecretString::from(text.to_owned()))
    }

    fn can(list: &[&str]) -> Capabilities {
        Capabilities::from_names(list)
    }

    #[test]
    fn plain_is_preferred_and_sent_at_once_where_the_server_takes_it() {
        let exchange = choose(&can(&["AUTH=PLAIN", "SASL-IR", "AUTH=LOGIN"]), "me", &password("pw")).unwrap();
        assert_eq!(exchange.command, "AUTHENTICATE PLAIN AG1lAHB3");
        let exchange = choose(&can(&["AUTH=PLAIN"]), "me", &password("pw")).unwrap();
        assert_eq!((exchange.command.as_str(), exchange.answers), ("AUTHENTICATE PLAIN", vec!["AG1lAHB3".to_owned()]));
    }

    #[test]
    fn login_is_the_last_resort_and_never_used_when_disabled() {
        let exchange = choose(&can(&[]), "me", &password(r#"p"w\"#)).unwrap();
        assert_eq!(exchange.command, r#"LOGIN "me" "p\"w\\""#);
        let exchange = choose(&can(&["LOGINDISABLED", "AUTH=LOGIN"]), "me", &password("pw")).unwrap();
        assert_eq!(exchange.command, "AUTHENTICATE LOGIN");
        assert!(matches!(choose(&can(&["LOGINDISABLED"]), "me", &password("pw")), Err(Error::Login(_))));
    }

    #[test]
    fn login_sends_what_can_not_be_quoted_as_literals() {
        let exchange = choose(&can(&[]), "me", &password("pässword")).unwrap();
        assert_eq!(exchange.command, r#"LOGIN "me" {9}"#);
        assert_eq!(exchange.answers, vec!["pässword".to_owned()]);
        let exchange = choose(&can(&[]), "mé", &password("p\r\nw")).unwrap();
        assert_eq!(exchange.command, "LOGIN {3}");
        assert_eq!(exchange.answers, vec!["mé {4}".to_owned(), "p\r\nw".to_owned()]);
    }

    #[test]
    fn a_long_token_follows_in_its_own_line() {
        let token = Credentials::AccessToken(SecretString::from("t".repeat(9000)));
        let exchange = choose(&can(&["AUTH=XOAUTH2", "SASL-IR"]), "me", &token).unwrap();
        assert_eq!(exchange.command, "AUTHENTICATE XOAUTH2");
        assert_eq!(exchange.answers.len(), 1);
    }

    #[test]
    fn a_server_that_repeats_the_secret_does_not_get_it_into_the_error() {
        let long = "Zk3vQ9xT2mB7".repeat(30);
        for (can_do, credentials, secret) in [
            (can(&[]), password("hunter2-secret"), "hunter2-secret"),
            (can(&[]), password("hunter\"2"), "hunter\"2"),
            (can(&["AUTH=PLAIN", "SASL-IR"]), password("hunter2-secret"), "hunter2-secret"),
            (can(&["AUTH=PLAIN"]), password("hunter2-secret"), "hunter2-secret"),
            (can(&["AUTH=XOAUTH2", "SASL-IR"]), Credentials::AccessToken(long.clone().into()), &long),
        ] {
            let exchange = choose(&can_do, "me", &credentials).unwrap();
            let forms = exchange.forms_of(secret);
            let lines = [exchange.command.clone(), secret.to_owned()].into_iter().chain(exchange.answers.clone());
            for said in lines.filter(|line| *line != exchange.name).map(|line| clean(&format!("what is {line}"))) {
                let refused = Error::Refused { command: "LOGIN", bad: false, code: None, said: said.clone() };
                for error in [judge(refused, None), Error::Limit(said.clone()), Error::Bye(said.clone())] {
                    let told = error.without(&forms).to_string();
                    assert!(told.contains("held the secret"), "{told}");
                    assert!(!told.contains("what is"), "{told}");
                }
            }
            assert_eq!(Error::Bye("no".into()).without(&forms).to_string(), "the server said goodbye: no");
        }
    }

    #[test]
    fn only_a_no_about_credentials_is_a_rejection() {
        let no = |code: Option<&str>, bad| {
            let code = code.map(str::to_owned);
            judge(Error::Refused { command: "LOGIN", bad, code, said: "no".into() }, None)
        };
        assert!(matches!(no(Some("AUTHENTICATIONFAILED"), false), Error::Rejected(_)));
        assert!(matches!(no(None, false), Error::Rejected(_)));
        assert!(matches!(no(Some("UNAVAILABLE"), false), Error::Login(_)));
        assert!(matches!(no(None, true), Error::Login(_)));
    }
}
