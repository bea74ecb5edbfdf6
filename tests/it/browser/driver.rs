//! chromedriver: one per test process, on a port of its own, gone when the process is.

use std::io::BufRead as _;
use std::io::BufReader;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::OnceLock;

/// Runs chromedriver until its own input ends, which happens when the test process is gone, however it went.
/// Then it ends the whole process group, browsers included, and removes their profiles.
const KEEPER: &str = r#"
"$0" --port=0 </dev/null &
cat >/dev/null
trap '' TERM
kill -TERM 0
wait
rm -rf "$1"
"#;

static DRIVER: OnceLock<Driver> = OnceLock::new();

/// A running chromedriver.
pub(crate) struct Driver {
    pub(crate) url: String,
    /// Where browsers keep their profiles.
    pub(crate) profiles: PathBuf,
    _keeper: Child,
}

/// The one of this process; started by whoever asks first.
pub(crate) fn driver() -> &'static Driver {
    DRIVER.get_or_init(start)
}

/// Where the browser is.
pub(crate) fn chromium() -> PathBuf {
    program("CHROMIUM", "/usr/bin/chromium", "chromium")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the tests' own settings, not the product's"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn program(variable_name: &str, default: &str, package: &str) -> PathBuf {
    let path = PathBuf::from(variable(variable_name).unwrap_or_else(|| default.to_owned()));
    assert!(
        path.is_file(),
        "{} is missing. Install it (Debian: apt-get install {package}) or say with {variable_name} where it is.",
        path.display(),
    );
    path
}

fn start() -> Driver {
    let program = program("CHROMEDRIVER", "/usr/bin/chromedriver", "chromium-driver");
    chromium();
    let profiles = tempfile::Builder::new().prefix("gatepost-browser-").tempdir();
    let profiles = profiles.expect("a temporary directory").keep();
    let mut keeper = keep(&program, &profiles);
    let mut output = BufReader::new(keeper.stdout.take().expect("piped"));
    let mut said = String::new();
    let port = loop {
        let mut line = String::new();
        let read = output.read_line(&mut line).expect("readable");
        assert_ne!(read, 0, "chromedriver did not start: {said}");
        if let Some((_, port)) = line.trim().split_once("started successfully on port ") {
            break port.trim_end_matches('.').to_owned();
        }
        said.push_str(&line);
    };
    // whatever else it says must not fill the pipe
    std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
    Driver {
        url: format!("http://127.0.0.1:{port}"),
        profiles,
        _keeper: keeper,
    }
}

fn keep(program: &Path, profiles: &Path) -> Child {
    Command::new("sh")
        .arg("-c")
        .arg(KEEPER)
        .arg(program)
        .arg(profiles)
        .env("TMPDIR", profiles)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("sh runs")
}
