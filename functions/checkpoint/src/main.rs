//! The Lambda function `checkpoint`; see its library.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::RuntimeError> {
    let keeper = checkpoint::Keeper::from_env(secrets::secret("LIXIAO_CHECKPOINT_SECRET"));
    edge::run_scheduled(keeper, checkpoint::checkpoint).await
}
