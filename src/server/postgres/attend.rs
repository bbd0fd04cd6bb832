//! Waiting for a statement without losing sight of the client.

use futures::FutureExt;
use tokio::io::{AsyncRead, AsyncWrite};

use super::CancelFn;
use super::failure::Failure;
use super::wire::Wire;

/// The value of `work`. If it is not there at once, what waits in the output is
/// sent first; if the client goes away, the work is cancelled and dropped.
pub(super) async fn attend<S: AsyncRead + AsyncWrite + Unpin, T>(
    wire: &mut Wire<S>,
    cancel: &CancelFn,
    work: impl Future<Output = T>,
) -> Result<T, Failure> {
    tokio::pin!(work);
    if let Some(value) = work.as_mut().now_or_never() {
        return Ok(value);
    }
    let watched = async {
        wire.flush().await?;
        wire.gone().await;
        Err::<std::convert::Infallible, Failure>(Failure::Gone)
    };
    tokio::select! {
        biased;
        value = work => Ok(value),
        outcome = watched => {
            cancel();
            Err(outcome.err().unwrap_or(Failure::Gone))
        }
    }
}
