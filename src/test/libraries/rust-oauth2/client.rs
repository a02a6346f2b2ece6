use oauth2::basic::BasicClient;
use oauth2::{ClientId, ClientSecret, TokenResponse, TokenUrl, reqwest};
use std::error::Error;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let http = reqwest::blocking::Client::new();
    let library = BasicClient::new(ClientId::new("any".into()))
        .set_client_secret(ClientSecret::new("any".into()))
        .set_token_uri(TokenUrl::new("http://localhost:8191/token".into())?);
    let fetch = || library.exchange_client_credentials().request(&http);

    let mut token = fetch()?;
    let mut expiry = Instant::now() + token.expires_in().unwrap_or(Duration::ZERO);
    for _ in std::io::stdin().lines() {
        if Instant::now() >= expiry {
            token = fetch()?;
            expiry = Instant::now() + token.expires_in().unwrap_or(Duration::ZERO);
        }
        let response = http.get("http://localhost:8190/api").bearer_auth(token.access_token().secret()).send()?;
        println!("{} {}", response.status().as_u16(), response.text()?);
    }
    Ok(())
}
