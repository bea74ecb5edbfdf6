//! Answers that are too long, too slow or not HTTP: bounded in time and in bytes.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use gatepost::fetch::FetchError;
use gatepost::fetch::Trouble;
use tokio::io::AsyncWriteExt as _;

use crate::fetch::answering;
use crate::fetch::listener;
use crate::fetch::local;
use crate::fetch::request;

/// Sends `head`, then `piece` again and again until the client goes; gives how many bytes were taken.
async fn endless(head: &'static [u8], piece: Vec<u8>) -> (u16, Arc<AtomicUsize>) {
    let (listener, port) = listener().await;
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&sent);
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        request(&mut stream).await;
        let _ = stream.write_all(head).await;
        while stream.write_all(&piece).await.is_ok() {
            counter.fetch_add(piece.len(), Ordering::Relaxed);
        }
    });
    (port, sent)
}

/// Security: F8
#[tokio::test]
async fn endless_answers_are_cut_off() {
    let chunk = [b"4000\r\n".as_slice(), &[b'a'; 0x4000], b"\r\n"].concat();
    let field = [b"X-A: ".as_slice(), &[b'a'; 1000], b"\r\n"].concat();
    let short = b"X: y\r\n".to_vec();
    for (head, piece, trouble) in [
        (
            &b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"[..],
            chunk,
            Trouble::TooLong,
        ),
        (b"HTTP/1.1 200 OK\r\n\r\n", vec![b'a'; 0x4000], Trouble::TooLong),
        (b"HTTP/1.1 200 OK\r\n", field, Trouble::NotHttp),
        (b"HTTP/1.1 200 OK\r\n", short, Trouble::NotHttp),
        (b"HTTP/1.1 200 OK\r\nX: ", vec![b'a'; 0x4000], Trouble::NotHttp),
        (
            b"",
            b"HTTP/1.1 100 Continue\r\n\r\n".repeat(100),
            Trouble::TimedOut,
        ),
    ] {
        let (port, sent) = endless(head, piece).await;
        let error = local()
            .get(&format!("http://127.0.0.1:{port}/"), "*/*")
            .await
            .unwrap_err();
        let named = String::from_utf8_lossy(head);
        assert_eq!(error, FetchError::Failed(trouble), "{named}");
        if trouble != Trouble::TimedOut {
            // what was read, and what the sockets' buffers hold
            assert!(sent.load(Ordering::Relaxed) < 16 << 20, "{named}");
        }
    }
}

#[tokio::test]
async fn a_body_of_the_greatest_length_is_read_and_one_byte_more_is_not() {
    for (length, read) in [(1 << 20, true), ((1 << 20) + 1, false)] {
        let mut answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n").into_bytes();
        answer.resize(answer.len() + length, b'a');
        let (port, _) = answering(answer).await;
        let got = local().get(&format!("http://127.0.0.1:{port}/"), "*/*").await;
        assert_eq!(got.map(|g| g.body.len()).ok(), read.then_some(length));
    }
}

#[tokio::test]
async fn compressed_and_broken_answers_are_refused() {
    for (answer, trouble) in [
        (
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x0b",
            Trouble::Compressed,
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
            Trouble::NotHttp,
        ),
        ("SSH-2.0-OpenSSH\r\n", Trouble::NotHttp),
        ("", Trouble::NotHttp),
    ] {
        let (port, _) = answering(answer).await;
        let got = local().get(&format!("http://127.0.0.1:{port}/"), "*/*").await;
        assert_eq!(got, Err(FetchError::Failed(trouble)), "{answer}");
    }
}

/// Security: F8
#[tokio::test]
async fn slow_and_silent_servers_are_left_in_time() {
    let (silent, port) = listener().await;
    let (slow, slow_port) = listener().await;
    let trickle = tokio::spawn(async move {
        let (mut stream, _) = slow.accept().await.expect("a connection");
        request(&mut stream).await;
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            .await;
        let mut ticks = tokio::time::interval(Duration::from_millis(100));
        let mut sent = 0;
        while stream.write_all(b"a").await.is_ok() {
            sent += 1;
            ticks.tick().await;
        }
        sent
    });
    for (scheme, port) in [("http", port), ("https", port), ("http", slow_port)] {
        let began = Instant::now();
        let got = local().get(&format!("{scheme}://127.0.0.1:{port}/"), "*/*").await;
        assert_eq!(got, Err(FetchError::Failed(Trouble::TimedOut)), "{scheme} {port}");
        assert!(began.elapsed() < Duration::from_secs(5), "{scheme} {port}");
    }
    assert!(trickle.await.unwrap() < 100, "the connection was closed");
    drop(silent);
}
