//! A router on the way that can forget its connections: from then on nothing passes on them, and nobody is told.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Ends when dropped.
pub struct Nat {
    pub port: u16,
    /// Connections of a generation before this one are dead.
    generation: watch::Sender<u64>,
    task: JoinHandle<()>,
}

impl Drop for Nat {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Nat {
    /// Towards a port of this machine.
    pub async fn start(to: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let generation = watch::Sender::new(0);
        let current = generation.subscribe();
        let task = tokio::spawn(async move {
            let mut tasks = tokio::task::JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(("127.0.0.1", to)).await else { continue };
                tasks.spawn(pass(client, server, current.clone()));
            }
        });
        Self { port, generation, task }
    }

    /// All connections of now are dead.
    pub fn forget(&self) {
        self.generation.send_modify(|generation| *generation += 1);
    }
}

async fn pass(client: TcpStream, server: TcpStream, mut current: watch::Receiver<u64>) {
    let born = *current.borrow();
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let (mut up, mut down) = ([0; 4096], [0; 4096]);
    loop {
        tokio::select! {
            read = from_client.read(&mut up) => match read {
                Ok(length) if length > 0 => { let _ = to_server.write_all(&up[..length]).await; }
                _ => return,
            },
            read = from_server.read(&mut down) => match read {
                Ok(length) if length > 0 => { let _ = to_client.write_all(&down[..length]).await; }
                _ => return,
            },
            () = async { let _ = current.wait_for(|now| *now != born).await; } => std::future::pending::<()>().await,
        }
    }
}
