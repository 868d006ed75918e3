//! What a tool does that is started for one thing: verifies a release, or asks a back
//! office for its certificates. `measure` starts it and looks at its CPU time; it is a
//! program of its own because `measure` links OpenSSL, which is slow to load.

use std::fs::{self, File};
use std::net::TcpStream;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use fwi_format::{ContainerHasher, ContainerReader, Limits, ReleaseSignature};
use ocpp_transport::{ChargerDescription, TlsClient, TrustRoots, rustls_0_23};
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};

type Error = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["verify", directory] => verify(Path::new(directory)),
        ["probe", address, host, root] => probe(address, host, Path::new(root)),
        _ => {
            eprintln!("cold verify DIRECTORY | cold probe ADDRESS HOST ROOT.pem");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cold: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Reads the files of a release and verifies it.
fn verify(directory: &Path) -> Result<(), Error> {
    let mut roots = fwi_format::TrustRoots::new();
    roots.add_pem(&fs::read(directory.join("root.pem"))?)?;
    let signature = ReleaseSignature::from_files(
        &fs::read(directory.join("sig.txt"))?,
        &fs::read(directory.join("cert.pem"))?,
        None,
    )?;
    let file = File::open(directory.join("firmware.fwi"))?;
    let reader = ContainerReader::with_hash(file, Limits::new(), ContainerHasher::default());
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    signature.verify(reader.finish()?, &roots, now)?;
    Ok(())
}

/// Connects to a back office and lets the charger's rules judge its chain.
fn probe(address: &str, host: &str, root: &Path) -> Result<(), Error> {
    let roots = TrustRoots::parse(&fs::read(root)?)?;
    let client = TlsClient::builder(&roots)
        .with_charger(&ChargerDescription::conservative())
        .build()?;
    let name = ServerName::try_from(host.to_owned())?;
    let tls = ClientConnection::new(rustls_0_23::client_config(&client), name)?;
    let mut stream = StreamOwned::new(tls, TcpStream::connect(address)?);
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    stream.conn.send_close_notify();
    stream.conn.complete_io(&mut stream.sock)?;
    Ok(())
}
