//! A network between reader and server that fails at the worst moment.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

#[derive(Debug, Default)]
struct Fate {
    lose_answers: AtomicBool,
    lost: AtomicUsize,
}

/// Passes bytes on between a reader and a server, until told to lose an answer.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    fate: Arc<Fate>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// One to that server (`127.0.0.1:PORT`).
    ///
    /// # Errors
    /// When the system has no port left.
    pub async fn start(server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let fate = Arc::<Fate>::default();
        let shared = Arc::clone(&fate);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // A connection that breaks is what this is for.
                tokio::spawn(pass_on(client, server, Arc::clone(&shared)));
            }
        });
        Ok(Self {
            address,
            fate,
            task,
        })
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Whether answers to POST are lost from now on: the request reaches the server, and when the
    /// server has answered, the connection breaks. For more than one, because a browser itself
    /// tries again where a connection that it had used before breaks.
    pub fn lose_answers(&self, lose: bool) {
        self.fate.lose_answers.store(lose, Ordering::SeqCst);
    }

    /// How many answers were lost.
    #[must_use]
    pub fn lost(&self) -> usize {
        self.fate.lost.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass_on(mut client: TcpStream, server: SocketAddr, fate: Arc<Fate>) -> Result<()> {
    let mut server = TcpStream::connect(server).await?;
    let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let read = read?;
                if read == 0 {
                    return Ok(());
                }
                let request = &asked[..read];
                server.write_all(request).await?;
                if request.starts_with(b"POST ") && fate.lose_answers.load(Ordering::SeqCst) {
                    return lose_answer(client, server, &fate).await;
                }
            }
            read = server.read(&mut answered) => {
                let read = read?;
                if read == 0 {
                    return Ok(());
                }
                client.write_all(&answered[..read]).await?;
            }
        }
    }
}

/// Passes on the rest of the request, waits for the answer, and hangs up.
async fn lose_answer(client: TcpStream, mut server: TcpStream, fate: &Fate) -> Result<()> {
    let (mut from_client, _to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.split();
    let mut byte = [0];
    tokio::select! {
        read = from_server.read(&mut byte) => { read?; }
        // The rest of the body, if any; a client that waits never ends this.
        copied = tokio::io::copy(&mut from_client, &mut to_server) => { copied?; }
    }
    fate.lost.fetch_add(1, Ordering::SeqCst);
    Ok(())
}
