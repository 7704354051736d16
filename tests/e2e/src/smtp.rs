//! An SMTP server that keeps what it is given, for tests (RFC 5321, as much of it as is needed).

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How long a mail may take to arrive.
const PATIENCE: Duration = Duration::from_secs(20);

/// A mail that arrived.
#[derive(Clone, Debug)]
pub struct Received {
    /// Who gets it, as the envelope has it.
    pub to: Vec<String>,
    /// All of it, as it was sent.
    pub source: String,
}

#[derive(Default)]
struct Kept {
    mails: Vec<Received>,
    /// What recipients are answered instead of 250.
    refusal: Option<String>,
}

/// An SMTP server on a port of the kernel's choice.
pub struct Smtp {
    address: SocketAddr,
    kept: Arc<Mutex<Kept>>,
    serving: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Smtp {
    /// Starts it.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn start() -> std::io::Result<Self> {
        let mut smtp = Self {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            kept: Arc::default(),
            serving: None,
        };
        smtp.start_again().await?;
        Ok(smtp)
    }

    /// Starts it again, on the same port.
    ///
    /// # Errors
    /// When somebody else has the port.
    pub async fn start_again(&mut self) -> std::io::Result<()> {
        let listener = TcpListener::bind(self.address).await?;
        self.address = listener.local_addr()?;
        let kept = Arc::clone(&self.kept);
        self.serving = Some(tokio::spawn(async move {
            // Its conversations end with it.
            let mut conversations = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let kept = Arc::clone(&kept);
                conversations.spawn(async move {
                    // Who hangs up has nothing more to say.
                    let _ = converse(stream, &kept).await;
                });
            }
        }));
        Ok(())
    }

    /// Takes it away: nobody answers at its port any more.
    pub async fn stop(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.abort();
            let _ = serving.await;
        }
    }

    /// Where it is, as the setting `smtp-url` has it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// What it answers to every recipient from now on; `None` for that it takes them.
    pub fn refuses(&self, answer: Option<&str>) {
        self.kept().refusal = answer.map(str::to_owned);
    }

    /// What has arrived.
    #[must_use]
    pub fn mails(&self) -> Vec<Received> {
        self.kept().mails.clone()
    }

    /// Waits until so many mails have arrived, and gives the last one.
    ///
    /// # Panics
    /// When it takes too long, or when there are more.
    #[track_caller]
    pub fn gets(&self, number: usize) -> impl Future<Output = Received> {
        let caller = std::panic::Location::caller();
        let kept = Arc::clone(&self.kept);
        async move {
            let deadline = Instant::now() + PATIENCE;
            loop {
                let mails = kept
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .mails
                    .clone();
                if let (true, Some(last)) = (mails.len() == number, mails.last()) {
                    return last.clone();
                }
                assert!(
                    mails.len() < number && Instant::now() < deadline,
                    "{caller}: {} mails instead of {number}: {mails:#?}",
                    mails.len()
                );
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        if let Some(serving) = &self.serving {
            serving.abort();
        }
    }
}

async fn converse(stream: TcpStream, kept: &Mutex<Kept>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 test ESMTP\r\n").await?;
    let mut to = Vec::new();
    while let Some(line) = lines.next_line().await? {
        let verb = line
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-test\r\n250-8BITMIME\r\n250 SMTPUTF8".to_owned(),
            "RCPT" => {
                let refusal = kept
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .refusal
                    .clone();
                let address = line.split(['<', '>']).nth(1).unwrap_or_default();
                match refusal {
                    Some(refusal) => refusal.replace("{to}", address),
                    None => {
                        to.push(address.to_owned());
                        "250 2.1.5 ok".to_owned()
                    }
                }
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut source = String::new();
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    source.push_str(line.strip_prefix('.').unwrap_or(&line));
                    source.push('\n');
                }
                let to = std::mem::take(&mut to);
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.mails.push(Received { to, source });
                format!("250 2.0.0 ok: mail {}", kept.mails.len())
            }
            "QUIT" => {
                write.write_all(b"221 2.0.0 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 2.0.0 ok".to_owned(),
        };
        write.write_all(answer.as_bytes()).await?;
        write.write_all(b"\r\n").await?;
    }
    Ok(())
}

impl Received {
    /// A header, unfolded; empty when it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> String {
        let head = self.source.split("\n\n").next().unwrap_or_default();
        let unfolded = head.replace("\n ", " ").replace("\n\t", " ");
        let start = [name, ": "].concat().to_ascii_lowercase();
        let mut lines = unfolded.lines();
        let line = lines.find(|line| line.to_ascii_lowercase().starts_with(&start));
        line.map_or("", |line| &line[start.len()..]).to_owned()
    }

    /// The names of its headers, in small letters.
    #[must_use]
    pub fn header_names(&self) -> Vec<String> {
        let head = self.source.split("\n\n").next().unwrap_or_default();
        let lines = head.lines().filter(|line| !line.starts_with([' ', '\t']));
        let names = lines.filter_map(|line| line.split_once(':'));
        names.map(|(name, _)| name.to_ascii_lowercase()).collect()
    }

    /// The part of that type, decoded.
    #[must_use]
    pub fn part(&self, kind: &str) -> String {
        let Some((_, rest)) = self.source.split_once(&format!("Content-Type: {kind}")) else {
            return String::new();
        };
        let (head, rest) = rest.split_once("\n\n").unwrap_or((rest, ""));
        let (_, boundary) = self.source.split_once("boundary=\"").unwrap_or_default();
        let boundary = boundary.split('"').next().unwrap_or_default();
        let body = rest
            .split(&format!("\n--{boundary}"))
            .next()
            .unwrap_or_default();
        let bytes = match head {
            _ if head.contains("quoted-printable") => from_quoted_printable(body),
            _ if head.contains("base64") => from_base64(body),
            _ => body.as_bytes().to_vec(),
        };
        String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> String {
        self.part("text/plain")
    }

    /// Its HTML.
    #[must_use]
    pub fn html(&self) -> String {
        self.part("text/html")
    }

    /// The first address in its text that has those words.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn link(&self, words: &str) -> String {
        let text = self.text();
        let mut found = text
            .split_whitespace()
            .filter(|word| word.starts_with("http"));
        let link = found.find(|word| word.contains(words));
        assert!(link.is_some(), "no {words} in {text}");
        link.unwrap_or_default().to_owned()
    }
}

fn from_quoted_printable(text: &str) -> Vec<u8> {
    let text = text.replace("=\n", "");
    let mut pieces = text.split('=');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let code = piece
            .get(..2)
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        bytes.extend(code);
        bytes.extend_from_slice(piece.get(2..).unwrap_or_default().as_bytes());
    }
    bytes
}

fn from_base64(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut number) = (0_u32, 0);
    for byte in text.bytes() {
        let Some(value) = LETTERS.iter().position(|letter| *letter == byte) else {
            continue;
        };
        bits = (bits << 6) | u32::try_from(value).unwrap_or(0);
        number += 6;
        if number >= 8 {
            number -= 8;
            bytes.push(u8::try_from((bits >> number) & 0xff).unwrap_or(0));
        }
    }
    bytes
}
