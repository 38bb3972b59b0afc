//! A named thread that runs one asynchronous piece of work until it is told to stop.

use std::future::Future;
use std::thread::JoinHandle;

use tokio::sync::oneshot;
use tokio::task::LocalSet;

/// Ends when the thread is to stop.
pub(crate) type Stopped = oneshot::Receiver<()>;

/// The thread. Dropping it tells it to stop, and waits for it.
#[derive(Debug)]
pub(crate) struct Thread {
    /// Dropped to stop it.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Thread {
    /// Starts it. What `body` makes stays on the thread, so it need not be `Send`.
    pub(crate) fn start<B, F>(name: &str, body: B) -> std::io::Result<Self>
    where
        B: FnOnce(Stopped) -> F + Send + 'static,
        F: Future<Output = ()>,
    {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                // The body is made inside, where work may be given to the thread itself.
                LocalSet::new().block_on(&runtime, async move { body(stopped).await });
            })?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A panic has been reported on its thread; there is nothing to add here.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropping_it_stops_it_and_waits_for_its_end() {
        let (told, heard) = std::sync::mpsc::sync_channel(2);
        let thread = Thread::start("a test", |stopped| async move {
            told.send(std::thread::current().name().map(str::to_owned))
                .expect("the test listens");
            let _ = stopped.await;
            told.send(None).expect("the test listens");
        })
        .expect("starts");
        assert_eq!(heard.recv().expect("began").as_deref(), Some("a test"));
        drop(thread);
        assert_eq!(heard.try_recv(), Ok(None), "it has ended");
    }
}
