//! The configuration of a private Dovecot 2.3. As root it keeps to its usual unprivileged users; as anyone else all of
//! it runs as that user, without chroots.

use std::fs;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use super::{Builder, Ports};
use crate::support::pki::Pki;

pub(super) const BINARY: &str = "/usr/sbin/dovecot";
pub(super) const DOVEADM: &str = "/usr/bin/doveadm";

/// Whom Dovecot's processes run as.
struct Identity {
    internal_user: String,
    internal_group: String,
    login_user: String,
    mail_user: String,
    mail_group: String,
    /// Only root can enter a chroot.
    no_chroot: &'static str,
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
                no_chroot: "",
            };
        }
        let (user, group) = (id("-un"), id("-gn"));
        Self {
            internal_user: user.clone(),
            internal_group: group.clone(),
            login_user: user.clone(),
            mail_user: user,
            mail_group: group,
            no_chroot: "service anvil {\n  chroot =\n}\nservice imap-login {\n  chroot =\n}\nservice stats {\n  chroot =\n}\n",
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

pub(super) fn write(builder: &Builder, directory: &Path, ports: Ports, pki: &Pki) {
    for name in ["mail", "raw"] {
        create_for_mail(&directory.join(name));
    }
    for name in ["run", "state"] {
        fs::create_dir(directory.join(name)).expect("failed to create a directory");
    }
    let mut conf = base(directory, ports, pki);
    if let Some(url) = &builder.tokeninfo_url {
        let path = directory.join("oauth2.conf.ext");
        fs::write(&path, format!("tokeninfo_url = {url}\nusername_attribute = email\n")).expect("failed to write");
        conf += &format!(
            "auth_mechanisms = plain login xoauth2 oauthbearer\n\
             passdb {{\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {}\n}}\n",
            path.display()
        );
    }
    if builder.without_idle {
        conf += "imap_capability = IMAP4rev1 SASL-IR LITERAL+ ID ENABLE NAMESPACE UIDPLUS CHILDREN UNSELECT\n";
    }
    if let Some(connections) = builder.max_connections {
        conf += &format!("mail_max_userip_connections = {connections}\n");
    }
    conf += &builder.settings;
    fs::write(directory.join("dovecot.conf"), conf).expect("failed to write dovecot.conf");
}

fn base(directory: &Path, ports: Ports, pki: &Pki) -> String {
    let dir = directory.display();
    let (Ports { imap, imaps, lmtp }, identity) = (ports, Identity::of_this_process());
    let Identity { internal_user, internal_group, login_user, mail_user, mail_group, no_chroot } = identity;
    let (certificate, key) = (pki.certificate.display(), pki.key.display());
    format!(
        "base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/log
protocols = imap lmtp
listen = 127.0.0.1
default_internal_user = {internal_user}
default_internal_group = {internal_group}
default_login_user = {login_user}
{no_chroot}
mail_home = {dir}/mail/%u
mail_location = maildir:~/Maildir
mail_uid = {mail_user}
mail_gid = {mail_group}
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 100
rawlog_dir = {dir}/raw/%u
lda_mailbox_autocreate = yes
lmtp_save_to_detail_mailbox = yes
postmaster_address = postmaster@example.com

ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
auth_mechanisms = plain login

namespace inbox {{
  inbox = yes
  separator = /
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = {dir}/users
}}
userdb {{
  driver = passwd-file
  args = {dir}/users
  default_fields = uid={mail_user} gid={mail_group} home={dir}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
"
    )
}
