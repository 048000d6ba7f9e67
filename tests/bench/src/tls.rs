//! TLS in front of the embedded table, as AWS has it: a chain of three, RSA 2048 each, and no session kept. nginx
//! ends it; functions find the root among Debian's.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use tether::Tethered;

/// The certificates a function finds on Lambda are about as many.
const ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";

/// nginx, as long as it is kept.
pub(crate) struct Tls {
    _nginx: Tethered,
    /// Where functions reach the table.
    pub(crate) address: String,
    /// What they believe.
    pub(crate) roots: String,
    _folder: tempfile::TempDir,
}

impl Tls {
    /// Starts it in front of a table.
    pub(crate) fn before(table: SocketAddr) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let place = folder.path();
        chain(place)?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        std::fs::write(place.join("nginx.conf"), config(port, table))?;
        // One process: workers would outlive a master that is killed.
        let mut nginx = tether::command("nginx");
        nginx.args(["-p", ".", "-c", "nginx.conf", "-g", "daemon off; master_process off;"]);
        nginx.current_dir(place).stdout(Stdio::null()).stderr(Stdio::null());
        let tls = Self {
            _nginx: tether::start(nginx)?,
            address: format!("https://localhost:{port}"),
            roots: place.join("roots.pem").display().to_string(),
            _folder: folder,
        };
        for _ in 0..100 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(tls);
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        anyhow::bail!("nginx, from Debian's nginx-light, does not answer")
    }
}

/// Root, intermediate and leaf for `localhost`.
fn chain(place: &Path) -> anyhow::Result<()> {
    std::fs::write(
        place.join("authority.ext"),
        "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n",
    )?;
    std::fs::write(place.join("leaf.ext"), "subjectAltName=DNS:localhost\n")?;
    let key = |name: &str| format!("{name}.key");
    for name in ["root", "intermediate", "leaf"] {
        openssl(place, &["genrsa", "-out", &key(name), "2048"])?;
    }
    let request = |name: &str| -> anyhow::Result<()> {
        let (subject, out) = (format!("/CN={name}"), format!("{name}.csr"));
        openssl(place, &["req", "-new", "-key", &key(name), "-subj", &subject, "-out", &out])
    };
    let root =
        ["req", "-x509", "-new", "-key", "root.key", "-subj", "/CN=root", "-days", "30", "-out", "root.pem"];
    openssl(place, &root)?;
    for (name, by, extensions) in
        [("intermediate", "root", "authority.ext"), ("leaf", "intermediate", "leaf.ext")]
    {
        request(name)?;
        let (input, out, by_key, by) =
            (format!("{name}.csr"), format!("{name}.pem"), key(by), format!("{by}.pem"));
        let sign =
            ["x509", "-req", "-in", &input, "-CA", &by, "-CAkey", &by_key, "-CAcreateserial", "-days", "30"];
        openssl(place, &[&sign[..], &["-extfile", extensions, "-out", &out]].concat())?;
    }
    let read = |name: &str| std::fs::read_to_string(place.join(name));
    std::fs::write(
        place.join("chain.pem"),
        read("leaf.pem")? + &read("intermediate.pem")? + &read("root.pem")?,
    )?;
    std::fs::write(place.join("roots.pem"), std::fs::read_to_string(ROOTS)? + &read("root.pem")?)?;
    Ok(())
}

fn openssl(place: &Path, args: &[&str]) -> anyhow::Result<()> {
    let mut command = Command::new("openssl");
    let done = command.args(args).current_dir(place).output().context("openssl")?;
    ensure!(done.status.success(), "openssl {args:?}: {}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}

fn config(port: u16, table: SocketAddr) -> String {
    format!(
        "pid nginx.pid;\nerror_log error.log;\nevents {{}}\nhttp {{\n  access_log off;\n  client_body_temp_path body;\n  \
         proxy_temp_path proxy;\n  fastcgi_temp_path f;\n  uwsgi_temp_path u;\n  scgi_temp_path s;\n  \
         server {{\n    listen 127.0.0.1:{port} ssl;\n    ssl_certificate chain.pem;\n    ssl_certificate_key leaf.key;\n    \
         ssl_protocols TLSv1.2 TLSv1.3;\n    ssl_session_cache off;\n    ssl_session_tickets off;\n    \
         location / {{\n      proxy_pass http://{table};\n      proxy_http_version 1.1;\n      proxy_set_header Connection \"\";\n    }}\n  }}\n}}\n"
    )
}
