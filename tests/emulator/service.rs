//! The emulator as a process, and the process that asks it.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::external::skip;

/// The account that the fixture's stack is for.
pub(crate) const ACCOUNT: &str = "111111111111";

/// The Region that the fixture's stack is for.
pub(crate) const REGION: &str = "eu-west-1";

/// A running emulator; it ends with this value, and with the test however that ends.
pub(crate) struct Emulator {
    /// Where keys, certificates and logs are; below the build folder.
    pub(crate) folder: PathBuf,
    /// The port of the API, on the loopback address.
    pub(crate) port: u16,
    /// The port for devices, on the loopback address.
    pub(crate) mtls_port: u16,
    server: Child,
    client: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// What a call was refused with.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// E.g. `AccessDeniedException`.
    pub(crate) code: String,
    /// Says which action and which resource.
    pub(crate) message: String,
}

impl Emulator {
    /// Starts it; `None`, said aloud, where it is not installed and need not be. `name` is that of
    /// the folder.
    pub(crate) fn start(name: &str) -> Option<Emulator> {
        let Some(python) = std::env::var_os("FLEETWRIGHT_EMULATOR") else {
            skip(
                "emulator",
                "FLEETWRIGHT_EMULATOR names no Python that has it",
            );
            return None;
        };
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(&folder).unwrap();
        let start = |script: &str, arguments: &[String]| {
            let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/emulator");
            let log = File::create(folder.join(script).with_extension("log")).unwrap();
            let mut command = Command::new(&python);
            command.arg("-B").arg(scripts.join(script)).args(arguments);
            // Whatever is set for AWS accounts of this machine is none of this.
            command.current_dir(&folder).env_clear();
            command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
            command.stdin(Stdio::piped()).stdout(Stdio::piped());
            command.stderr(log).spawn()
        };
        let mut server = match start("server.py", &[ACCOUNT.to_owned(), REGION.to_owned()]) {
            Ok(server) => server,
            Err(error) => {
                skip("emulator", &error.to_string());
                return None;
            }
        };
        let mut ports = String::new();
        let said = server.stdout.as_mut().unwrap();
        BufReader::new(said).read_line(&mut ports).unwrap();
        let ports: Value = serde_json::from_str(&ports).unwrap_or_else(|_| {
            panic!("{}", fs::read_to_string(folder.join("server.log")).unwrap())
        });
        let port = |name: &str| u16::try_from(ports[name].as_u64().unwrap()).unwrap();
        let mut client = start(
            "client.py",
            &[
                port("http").to_string(),
                port("mtls").to_string(),
                REGION.to_owned(),
                folder.display().to_string(),
            ],
        )
        .unwrap();
        Some(Emulator {
            port: port("http"),
            mtls_port: port("mtls"),
            questions: client.stdin.take().unwrap(),
            answers: BufReader::new(client.stdout.take().unwrap()),
            folder,
            server,
            client,
        })
    }

    /// The answer to a call of the API under the account's own credentials.
    pub(crate) fn call(&mut self, service: &str, operation: &str, parameters: &Value) -> Value {
        self.call_as(&Value::Null, service, operation, parameters)
            .unwrap_or_else(|refusal| panic!("{service} {operation}: {refusal:?}"))
    }

    /// The answer to a call of the API under some credentials, or what it was refused with.
    pub(crate) fn call_as(
        &mut self,
        credentials: &Value,
        service: &str,
        operation: &str,
        parameters: &Value,
    ) -> Result<Value, Refusal> {
        let call = json!([service, operation, parameters]);
        self.ask(&json!({ "call": call, "credentials": credentials }))
    }

    /// What `tests/emulator/client.py` answers.
    pub(crate) fn request(&mut self, request: &Value) -> Value {
        self.ask(request).unwrap()
    }

    /// Does what the end of the test does without anything being done: closes the emulator's standard
    /// input. Waits until it has ended.
    pub(crate) fn leave(&mut self) {
        drop(self.server.stdin.take());
        assert!(self.server.wait().unwrap().success());
    }

    fn ask(&mut self, request: &Value) -> Result<Value, Refusal> {
        writeln!(self.questions, "{request}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let mut said: Value = serde_json::from_str(&line).unwrap_or_else(|_| {
            panic!(
                "{}",
                fs::read_to_string(self.folder.join("client.log")).unwrap()
            )
        });
        if let Some(text) = said["failed"].as_str() {
            panic!("{request}\n{text}");
        }
        if let Some(error) = said.get("error") {
            let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
            return Err(Refusal {
                code: text("Code"),
                message: text("Message"),
            });
        }
        Ok(said["answer"].take())
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        for child in [&mut self.client, &mut self.server] {
            // It may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
