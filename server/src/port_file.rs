//! The file that says where the server listens.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;

/// Writes `addr` and a line end to `path`; a reader sees the whole line or no file.
pub(crate) fn write(path: &Path, addr: SocketAddr) -> std::io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let staged = path.with_file_name(name);
    let mut file = std::fs::File::create(&staged)?;
    writeln!(file, "{addr}")?;
    file.sync_all()?;
    std::fs::rename(&staged, path)
}
