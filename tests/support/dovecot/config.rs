//! The configuration of a private Dovecot. As root it keeps to its usual unprivileged users; as anyone else all of
//! it runs as that user, without chroots.

use std::fs;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use super::{Builder, Ports};
pub(super) const BINARY: &str = "/usr/sbin/dovecot";
pub(super) const DOVEADM: &str = "/usr/bin/doveadm";

/// Whom Dovecot's processes run as.
struct Identity {
    internal_user: String,
    internal_group: String,
    login_user: String,
    mail_user: String,
    mail_group: String,
}

impl Identity {
    fn of_this_process() -> Self {
        if rustix::process::geteuid().is_root() {
            return Self {
                internal_user: "dovecot".into(),
                internal_group: "dovecot".into(),
                login_user: "dovenull".into(),
                mail_user: "nobody".into(),
                mail_group: "nogroup".into(),
            };
        }
        let (user, group) = (id("-un"), id("-gn"));
        Self {
            internal_user: user.clone(),
            internal_group: group.clone(),
            login_user: user.clone(),
            mail_user: user,
            mail_group: group,
        }
    }
}

fn id(option: &str) -> String {
    let output = Command::new("id").arg(option).output().expect("failed to run id");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

pub(super) fn installed() -> bool {
    [BINARY, DOVEADM, "/usr/lib/dovecot/imap", "/usr/lib/dovecot/lmtp"].iter().all(|path| Path::new(path).exists())
}

/// A port nobody listens on, outside of the range that the kernel gives to outgoing connections.
pub(super) fn free_port() -> u16 {
    loop {
        let port = rand::random_range(20_000..32_000);
        match TcpListener::bind(("127.0.0.1", port)) {
            Ok(_) => return port,
            Err(error) => assert_eq!(error.kind(), ErrorKind::AddrInUse, "failed to listen on loopback"),
        }
    }
}

/// A directory that the mail processes can write to.
pub(super) fn create_for_mail(path: &Path) {
    if path.exists() {
        return;
    }
    fs::create_dir_all(path).expect("failed to create a directory");
    if rustix::process::geteuid().is_root() {
        let identity = Identity::of_this_process();
        let owner = format!("{}:{}", identity.mail_user, identity.mail_group);
        let status = Command::new("chown").arg(owner).arg(path).status().expect("failed to run chown");
        assert!(status.success(), "failed to hand {} to the mail user", path.display());
    }
}

pub(super) fn write(builder: &Builder, directory: &Path, ports: Ports) {
    for name in ["mail", "raw"] {
        create_for_mail(&directory.join(name));
    }
    for name in ["run", "state"] {
        fs::create_dir(directory.join(name)).expect("failed to create a directory");
    }
    let version = Version::installed();
    let mut conf = base(version, directory, ports);
    if let Some(url) = &builder.tokeninfo_url {
        conf += &version.oauth2(directory, url);
    }
    if builder.without_idle {
        conf += version.without_idle();
    }
    if let Some(connections) = builder.max_connections {
        conf += &format!("mail_max_userip_connections = {connections}\n");
    }
    conf += &builder.settings;
    fs::write(directory.join("dovecot.conf"), conf).expect("failed to write dovecot.conf");
}

/// The two languages of Dovecot's configuration: Debian 12 has 2.3, Debian 13 has 2.4.
#[derive(Clone, Copy)]
enum Version {
    V2_3,
    V2_4,
}

impl Version {
    fn installed() -> Self {
        let output = Command::new(BINARY).arg("--version").output().expect("failed to run dovecot");
        if output.stdout.starts_with(b"2.3.") { Self::V2_3 } else { Self::V2_4 }
    }

    fn template(self) -> &'static str {
        match self {
            Self::V2_3 => include_str!("dovecot-2.3.conf"),
            Self::V2_4 => include_str!("dovecot-2.4.conf"),
        }
    }

    fn oauth2(self, directory: &Path, tokeninfo_url: &str) -> String {
        match self {
            Self::V2_3 => {
                let path = directory.join("oauth2.conf.ext");
                let settings = format!("tokeninfo_url = {tokeninfo_url}\nusername_attribute = email\n");
                fs::write(&path, settings).expect("failed to write oauth2.conf.ext");
                format!(
                    "auth_mechanisms = plain login xoauth2 oauthbearer\n\
                     passdb {{\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {}\n}}\n",
                    path.display()
                )
            }
            Self::V2_4 => format!(
                "auth_mechanisms {{\n  xoauth2 = yes\n  oauthbearer = yes\n}}\n\
                 oauth2 {{\n  introspection_mode = get\n  introspection_url = {tokeninfo_url}\n  username_attribute = email\n}}\n\
                 passdb oauth2 {{\n  mechanisms_filter = xoauth2 oauthbearer\n}}\n",
            ),
        }
    }

    fn without_idle(self) -> &'static str {
        match self {
            Self::V2_3 => {
                "imap_capability = IMAP4rev1 SASL-IR LITERAL+ ID ENABLE NAMESPACE UIDPLUS CHILDREN UNSELECT\n"
            }
            Self::V2_4 => "imap_capability {\n  IDLE = no\n}\n",
        }
    }
}

fn base(version: Version, directory: &Path, ports: Ports) -> String {
    let identity = Identity::of_this_process();
    let words = [
        ("@DIR@", directory.display().to_string()),
        ("@IMAP_PORT@", ports.imap.to_string()),
        ("@IMAPS_PORT@", ports.imaps.to_string()),
        ("@LMTP_PORT@", ports.lmtp.to_string()),
        ("@INTERNAL_USER@", identity.internal_user),
        ("@INTERNAL_GROUP@", identity.internal_group),
        ("@LOGIN_USER@", identity.login_user),
        ("@MAIL_USER@", identity.mail_user),
        ("@MAIL_GROUP@", identity.mail_group),
    ];
    words.iter().fold(version.template().to_owned(), |conf, (word, value)| conf.replace(word, value))
}
