//! The server that `up` started, and what it tells.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use otp_relay::config::{self, Secret};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

/// A real Skyvern.
pub struct Lab {
    pub base_url: url::Url,
    pub key: String,
    directory: PathBuf,
    http: reqwest::Client,
}

/// What a run would type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    pub value: String,
    /// `totp` or `magic_link`.
    pub kind: String,
}

/// What came of a `totp_url`.
#[derive(Debug, Deserialize)]
pub struct Pulled {
    pub value: Option<String>,
    /// `totp` or `magic_link`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Whether the endpoint spoke as documented.
    pub conforms: bool,
    pub statuses: Vec<u16>,
    /// What Skyvern would say of it in the end.
    pub error: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Run {
    pub workflow_id: String,
    pub workflow_run_id: String,
}

impl Lab {
    pub fn get() -> Self {
        let path = std::env::var("OTP_RELAY_SKYVERN_ENV").expect(
            "OTP_RELAY_SKYVERN_ENV names the settings that tests/skyvern/up prints; `make test-skyvern` sets it",
        );
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
        let settings: HashMap<&str, &str> = text.lines().filter_map(|line| line.split_once('=')).collect();
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            base_url: settings["BASE_URL"].parse().unwrap(),
            key: settings["API_KEY"].to_owned(),
            directory: Path::new(&path).parent().unwrap().to_owned(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    pub fn config(&self) -> config::Skyvern {
        config::Skyvern {
            base_url: self.base_url.clone(),
            api_key: Secret::Literal(self.key.clone().into()),
            timeout: Duration::from_secs(10),
            connections: 4,
            ca: None,
            source: "email".into(),
        }
    }

    /// One that nobody has used.
    pub fn identifier(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let now = jiff::Timestamp::now().as_microsecond();
        format!("agent+{now}.{}@example.com", COUNT.fetch_add(1, Ordering::Relaxed))
    }

    /// What Skyvern's polling code finds for a run.
    pub async fn poll(&self, identifier: &str, more: &[(&str, &str)]) -> Option<Typed> {
        let request = self.http.get(self.url("/lab/poll")).query(&[("identifier", identifier)]).query(more);
        let found: Json = answer(request).await;
        let text = |key: &str| found[key].as_str().map(str::to_owned);
        Some(Typed { value: text("value")?, kind: text("type")? })
    }

    /// What Skyvern makes of one answer of a `totp_url`.
    pub async fn pull(&self, url: &str, key: &str, more: &[(&str, &str)]) -> Pulled {
        answer(self.http.get(self.url("/lab/pull")).query(&[("url", url), ("key", key)]).query(more)).await
    }

    pub async fn task(&self) -> String {
        let made: Json = answer(self.http.post(self.url("/lab/task"))).await;
        made["task_id"].as_str().unwrap().to_owned()
    }

    pub async fn run(&self) -> Run {
        answer(self.http.post(self.url("/lab/run"))).await
    }

    /// The contents of the rows of an identifier, oldest first.
    pub async fn contents(&self, identifier: &str) -> Vec<String> {
        let mut rows = self.rows(identifier).await;
        rows.reverse();
        rows.iter().map(|row| row["content"].as_str().unwrap().to_owned()).collect()
    }

    /// As Skyvern lists them, newest first.
    pub async fn rows(&self, identifier: &str) -> Vec<Json> {
        let request = self.http.get(self.url("/v1/credentials/totp")).query(&[("totp_identifier", identifier)]);
        answer(request.header("x-api-key", &self.key)).await
    }

    /// A push as it comes, whatever the relay would make of it.
    pub async fn push(&self, body: &Json) -> (u16, Json) {
        let request = self.http.post(self.url("/v1/credentials/totp")).header("x-api-key", &self.key).json(body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    pub async fn down(&self) {
        self.script("down").await;
    }

    pub async fn up(&self) {
        self.script("up").await;
    }

    async fn script(&self, name: &str) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/skyvern").join(name);
        let status = tokio::process::Command::new(script).env("OTP_RELAY_SKYVERN_DIR", &self.directory).status().await;
        assert!(status.unwrap().success(), "{name}");
    }

    fn url(&self, path: &str) -> url::Url {
        self.base_url.join(path).unwrap()
    }
}

async fn answer<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> T {
    request.send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
}
