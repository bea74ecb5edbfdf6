//! A script at work: one JSON object a line, both ways.

use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Child;
use std::process::ChildStdin;
use std::process::Command;
use std::process::Stdio;
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::browser::variable;

/// How long a script may think about one line.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a scenario ended: what it made, or what it was refused with (`error`, `error_description`, `status`, and the
/// library's own `code` and `message`).
pub(crate) type Outcome = Result<Value, Value>;

/// Plays a scenario. `answer` is asked whatever the script needs of the test: the name of the question and its value.
pub(crate) async fn play(
    scenario: &str,
    description: &Value,
    mut answer: impl AsyncFnMut(&str, &Value) -> Value,
) -> Outcome {
    let mut script = Script::start(scenario);
    script.tell(description);
    loop {
        let said = script.hear().await;
        let (name, value) = said
            .as_object()
            .and_then(|o| o.iter().next())
            .expect("one member");
        match name.as_str() {
            "done" => return Ok(value.clone()),
            "error" => return Err(value.clone()),
            question => script.tell(&answer(question, value).await),
        }
    }
}

/// A running script; ended when dropped.
struct Script {
    name: String,
    child: Child,
    input: ChildStdin,
    lines: UnboundedReceiver<String>,
    complaints: Option<JoinHandle<String>>,
}

impl Drop for Script {
    fn drop(&mut self) {
        // it may have ended by itself
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Script {
    fn start(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node");
        assert!(
            folder.join("node_modules/openid-client").is_dir(),
            "tests/node/node_modules is missing. Run scripts/test.sh, it installs them; or npm ci in tests/node."
        );
        let node = variable("NODE").unwrap_or_else(|| "node".to_owned());
        let started = Command::new(&node)
            .arg(folder.join("scenarios").join(format!("{name}.mjs")))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        assert!(
            started.is_ok(),
            "Node ({node}) does not start. Run scripts/test.sh, it installs it; or say with NODE where it is."
        );
        let mut child = started.expect("just looked");
        let input = child.stdin.take().expect("piped");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let mut errors = child.stderr.take().expect("piped");
        let (sender, lines) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            output
                .lines()
                .map_while(Result::ok)
                .try_for_each(|l| sender.send(l))
        });
        let complaints = std::thread::spawn(move || {
            let mut text = String::new();
            // what is not UTF-8 is lost; the test fails anyway
            let _ = errors.read_to_string(&mut text);
            text
        });
        Self {
            name: name.to_owned(),
            child,
            input,
            lines,
            complaints: Some(complaints),
        }
    }

    fn tell(&mut self, what: &Value) {
        writeln!(self.input, "{what}").expect("the script listens");
    }

    async fn hear(&mut self) -> Value {
        let line = tokio::time::timeout(PATIENCE, self.lines.recv()).await;
        assert!(line.is_ok(), "{}.mjs says nothing", self.name);
        let Some(line) = line.expect("just looked") else {
            let last_words = self.last_words();
            panic!("{}.mjs has ended: {last_words}", self.name);
        };
        serde_json::from_str(&line).expect("JSON on every line")
    }

    /// What a script that has ended wrote to its standard error.
    fn last_words(&mut self) -> String {
        let text = self.complaints.take().map(JoinHandle::join);
        text.and_then(Result::ok).unwrap_or_default()
    }
}
