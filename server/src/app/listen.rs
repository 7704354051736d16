//! Connections.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

/// How long a connection may be without the whole head of a request: between two of them, and while one
/// comes in.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// Largest head of a request, in bytes. The longest page key, title and address of a form are far
/// below that.
const HEAD: usize = 64 * 1024;

/// How long to wait when the system has no more connections to give.
const PAUSE: Duration = Duration::from_secs(1);

/// Answers requests until `stop`, and then those that have begun to come in. Unlike `axum::serve` it
/// waits for no one forever.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    patience: Duration,
    stop: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(HEAD);
    let open = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = &mut stop => break,
        };
        let router = router.clone();
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request)
        });
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    open.shutdown().await;
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // The client's affair.
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                tracing::error!(%error, "a connection can't be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

fn is_of_the_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::oneshot;

    use super::*;

    /// What a client is told that sends this and waits.
    async fn told(patience: Duration, sent: &str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/", get(async || "hello"));
        let (end, is_over) = oneshot::channel::<()>();
        let serving = tokio::spawn(serve(listener, router, patience, async {
            let _ = is_over.await;
        }));
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // A connection that is cut off by the other side has said all it had to say.
        let _ = stream.read_to_end(&mut answer).await;
        drop(end);
        serving.await.unwrap();
        String::from_utf8(answer).unwrap()
    }

    #[tokio::test]
    async fn who_does_not_say_what_they_want_is_not_waited_for() {
        let soon = Duration::from_millis(20);
        for half in ["", "GET / HTTP/1.1\r\nhost: x\r\nx-slow: "] {
            assert!(!told(soon, half).await.contains("hello"), "{half}");
        }
        // Nor who says nothing more.
        let answer = told(soon, "GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
        assert!(answer.ends_with("hello"), "{answer}");
    }

    #[tokio::test]
    async fn a_head_has_a_bound() {
        let long = "x".repeat(2 * HEAD);
        for head in [
            format!("GET /?{long} HTTP/1.1\r\nhost: x\r\n\r\n"),
            format!("GET / HTTP/1.1\r\nhost: x\r\nx-long: {long}\r\n\r\n"),
            format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(1_000)),
        ] {
            let answer = told(PATIENCE, &head).await;
            assert!(!answer.contains("hello"), "{answer}");
        }
    }
}
