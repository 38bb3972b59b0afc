//! Asking a server of this machine how it is: for containers, which have no other program to ask with.

use std::net::IpAddr;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use reqwest::Url;

use super::serve;

/// A server that takes longer is not well.
const TIMEOUT: Duration = Duration::from_secs(4);

#[derive(Debug, clap::Args)]
pub(super) struct ProbeArgs {
    /// Address on this machine, such as http://127.0.0.1:7171/readyz.
    #[arg(long)]
    url: Url,
}

/// Succeeds where the answer does.
pub(super) fn probe(args: ProbeArgs) -> anyhow::Result<()> {
    let host = args.url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let is_ours = host == "localhost" || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    ensure!(
        is_ours,
        "{host} is not this machine; name a loopback address"
    );
    // Its own machine is what this trusts, not a name in a certificate.
    let client = reqwest::Client::builder()
        .danger_accept_invalid_certs(true)
        .timeout(TIMEOUT);
    let client = client.build().context("no request can be made")?;
    let ask = async { client.get(args.url).send().await };
    let answer = serve::runtime()?
        .block_on(ask)
        .context("there is no answer")?;
    match answer.status() {
        status if status.is_success() => Ok(()),
        status => bail!("the answer is {status}"),
    }
}
