//! The scripted Skyvern of the test harness: does it keep the contract, and the script?

mod support;

use serde_json::{Value, json};
use support::dovecot::Dovecot;
use support::skyvern_fake::{API_KEY, SkyvernFake, Treat};

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

async fn push(client: &reqwest::Client, fake: &SkyvernFake, content: &str) -> reqwest::Result<(u16, Value)> {
    let url = format!("{}/v1/credentials/totp", fake.base_url());
    let body = json!({ "totp_identifier": "Agents@Example.com", "content": content });
    let answer = client.post(url).header("x-api-key", API_KEY).json(&body).send().await?;
    Ok((answer.status().as_u16(), answer.json().await?))
}

#[tokio::test]
async fn stores_codes_and_links_and_lists_them_newest_first() {
    let (client, fake) = (client(), SkyvernFake::start().await);
    assert_eq!(push(&client, &fake, " 493 027 ").await.unwrap().1["code"], "493 027");
    assert_eq!(
        push(&client, &fake, "https://login.example/magic?a=1&amp;b=2.").await.unwrap().1["otp_type"],
        "magic_link"
    );
    let (status, row) = push(&client, &fake, "Hello, your code is 493027").await.unwrap();
    assert_eq!((status, row["code"].as_str(), row["status"].as_str()), (200, Some(""), Some("raw_pending")));

    let list = client.get(format!("{}/v1/credentials/totp?totp_identifier=agents@example.com", fake.base_url()));
    let rows: Value = list.header("x-api-key", API_KEY).send().await.unwrap().json().await.unwrap();
    let codes: Vec<&str> = rows.as_array().unwrap().iter().filter_map(|row| row["code"].as_str()).collect();
    assert_eq!(codes, ["https://login.example/magic?a=1&b=2", "493 027"]);
}

#[tokio::test]
async fn refuses_a_wrong_key_with_403() {
    let (client, fake) = (client(), SkyvernFake::start().await);
    fake.set_api_key("another-made-up-key");
    assert_eq!(push(&client, &fake, "493027").await.unwrap().0, 403);
    assert!(fake.rows().is_empty());
}

#[tokio::test]
async fn follows_its_script() {
    let (client, fake) = (client(), SkyvernFake::start().await);
    fake.script([Treat::Cut, Treat::StoreAndCut, Treat::Status(503, Some("1")), Treat::Body(json!({ "code": "" }))]);
    assert!(push(&client, &fake, "100001").await.is_err());
    assert!(push(&client, &fake, "100002").await.is_err());
    assert_eq!(push(&client, &fake, "100003").await.unwrap().0, 503);
    assert_eq!(push(&client, &fake, "100004").await.unwrap().1, json!({ "code": "" }));
    push(&client, &fake, "100005").await.unwrap();
    assert_eq!(fake.pushes().len(), 5);
    assert_eq!(fake.codes().into_iter().map(|(_, code)| code).collect::<Vec<_>>(), ["100002", "100005"]);
}

#[tokio::test]
async fn hangs_until_released_and_refuses_connections_while_stopped() {
    let (client, mut fake) = (client(), SkyvernFake::start().await);
    fake.script([Treat::Hang]);
    let (answer, ()) = tokio::join!(push(&client, &fake, "100001"), async {
        fake.until_pushes(1).await;
        assert!(fake.rows().is_empty());
        fake.release();
    });
    assert_eq!(answer.unwrap().0, 200);

    fake.stop().await;
    assert!(push(&client, &fake, "100002").await.is_err());
    fake.start_again().await;
    push(&client, &fake, "100003").await.unwrap();
    assert_eq!(fake.rows().len(), 2);
}

#[tokio::test]
async fn speaks_http_2_over_tls() {
    let dovecot = Dovecot::start().await;
    let fake = SkyvernFake::start_tls(dovecot.pki()).await;
    let _ = client();
    let ca = reqwest::Certificate::from_pem(&std::fs::read(&dovecot.pki().ca).unwrap()).unwrap();
    let client = reqwest::Client::builder().add_root_certificate(ca).build().unwrap();
    let answer = client.get(format!("{}/v1/credentials/totp", fake.base_url())).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.version()), (403, reqwest::Version::HTTP_2));
}
